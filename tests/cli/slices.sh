#!/bin/sh
# Orthoslices of a volume whose values are known, read back by Python's zlib.
. "$top_srcdir/tests/cli/support.sh"
need_python

# A volume of 5 x 4 x 3 voxels; value 100 z + 10 y + x.
python3 - <<'PY'
import struct
n = (5, 4, 3)
head = bytearray(1024)
struct.pack_into("<10i", head, 0, *n, 2, 0, 0, 0, *n)
struct.pack_into("<3f", head, 40, *(10.0 * k for k in n))
struct.pack_into("<3i", head, 64, 1, 2, 3)
head[208:212] = b"MAP "
head[212:214] = b"\x44\x44"
values = [100.0 * z + 10 * y + x for z in range(3) for y in range(4) for x in range(5)]
open("v.mrc", "wb").write(bytes(head) + struct.pack("<60f", *values))
PY

# picture FILE EXPRESSION: size w, h and grey p(column, row)
picture() {
    python3 - "$1" "$2" <<'PY' || fail "does not hold for $1: $2"
import struct, sys, zlib
data = open(sys.argv[1], "rb").read()
assert data[:8] == b"\x89PNG\r\n\x1a\n"
at, chunks = 8, {}
while at < len(data):
    size, kind = struct.unpack(">I4s", data[at:at + 8])
    body = data[at + 8:at + 8 + size]
    assert zlib.crc32(kind + body) == struct.unpack(">I", data[at + 8 + size:at + 12 + size])[0]
    chunks[kind] = body
    at += 12 + size
assert kind == b"IEND"
w, h, depth, color = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
assert (depth, color) == (8, 0)
rows = zlib.decompress(chunks[b"IDAT"])
assert len(rows) == h * (w + 1)
def p(i, j): return rows[j * (w + 1) + 1 + i]
if not eval(sys.argv[2]):
    print(w, h, [[p(i, j) for i in range(w)] for j in range(h)]); sys.exit(1)
PY
}

ok slices v.mrc --range 0:255 -o v.png
[ -s "$scratch/out" ] && fail "slices writes to stdout"
picture v.png "(w, h) == (5 + 2 + 3, 4 + 2 + 3)"
# through z 1: y upwards, x to the right
picture v.png "all(p(x, 3 - y) == 100 + 10 * y + x for x in range(5) for y in range(4))"
# through x 2: z to the right, y upwards
picture v.png "all(p(7 + z, 3 - y) == 100 * z + 10 * y + 2 for z in range(3) for y in range(4))"
# through y 2: z downwards
picture v.png "all(p(x, 6 + z) == 100 * z + 20 + x for z in range(3) for x in range(5))"
picture v.png "p(5, 0) == p(0, 4) == p(9, 8) == 255"
ok slices v.mrc --range 0:51 --at 0:3:0 --scale 2 -o cut.png
picture cut.png "(w, h) == (20, 18) and p(0, 0) == p(1, 1) == 150 and p(8, 7) == 20"
picture cut.png "p(14, 0) == 150 and p(16, 0) == 255"
ok slices v.mrc -o auto.png
grep -q 'black 0, white 233' "$scratch/err" || { fail "range"; cat "$scratch/err"; }

refuses 2 'x = 5|0 to 4' slices v.mrc --at 5:0:0 -o no.png
refuses 2 "--at|1:2" slices v.mrc --at 1:2 -o no.png
refuses 2 "0 pixels per voxel|16" slices v.mrc --scale 0 -o no.png
refuses 2 "--range|3" slices v.mrc --range 3 -o no.png
refuses 2 "white|black" slices v.mrc --range 3:3 -o no.png
refuses 2 "png" slices v.mrc -o no.jpg
refuses 6 "exists|force" slices v.mrc -o v.png
finish
