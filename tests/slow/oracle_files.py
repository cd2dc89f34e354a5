#!/usr/bin/python3
"""Files written by the library, read by mrcfile, h5py and (if installed) tifffile, HyperSpy.

The sample volume is an asymmetric L of 7 x 5 x 9 voxels (x, y, z) on a ramp, so that no
transposition, mirror or wrong pixel size can pass. Its formula is repeated here from
tests/io/fixture.c. Exit code 77: an oracle is missing.
"""
import os
import subprocess
import sys
import tempfile

try:
    import h5py
    import mrcfile
    import numpy as np
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)


def expected_volume():
    value = np.arange(315, dtype=np.float32) * np.float32(0.001) - np.float32(0.1)
    value = value.reshape(9, 5, 7)  # z y x
    value[2, 1, 1:6] += np.float32(10)
    value[2:8, 1, 1] += np.float32(20)
    return value


def expected_series():
    i = np.arange(72)
    value = (i * i).astype(np.float32) * np.float32(0.37) - np.float32(5)
    return value.reshape(4, 3, 6)  # tilt v u


ANGLES_DEG = np.array([-70.5, -1 / 3, 0, 72])
failures = 0


def check(claim, holds):
    global failures
    print("ok  " if holds else "FAIL", claim)
    failures += not holds


def check_mrc(folder):
    for name, pixel_A, expected in (("volume.mrc", 6.0, expected_volume()),
                                    ("tilts.mrc", 2.6, expected_series())):
        path = os.path.join(folder, name)
        check(f"{name}: mrcfile.validate finds nothing", mrcfile.validate(path))
        with mrcfile.open(path) as file:
            # Multiply-add may be fused by the compiler: one unit in the last place.
            check(f"{name}: values and axis order",
                  file.data.shape == expected.shape
                  and np.allclose(file.data, expected, rtol=2e-7, atol=1e-8))
            check(f"{name}: pixel size {pixel_A} angstrom",
                  abs(float(file.voxel_size.x) - pixel_A) < 1e-5
                  and abs(float(file.voxel_size.y) - pixel_A) < 1e-5)
            check(f"{name}: kind", file.is_volume() == (name == "volume.mrc")
                  and file.is_image_stack() == (name == "tilts.mrc"))
    angles = np.loadtxt(os.path.join(folder, "tilts.rawtlt"))
    check("tilts.rawtlt: degrees", np.allclose(angles, ANGLES_DEG, rtol=0, atol=1e-13))


def check_foreign_mrc(folder):
    """A file of mrcfile's own, with an extended header."""
    path = os.path.join(folder, "mrcfile.mrc")
    with mrcfile.new(path) as file:
        file.set_data(expected_volume())
        file.voxel_size = 6.0
        file.set_extended_header(np.arange(40, dtype=np.uint8))
        file.set_volume()
    check_read_back(folder, "mrcfile.mrc")


def check_group(group, expected, step_nm, first):
    check(f"{group.name}: values and axis order",
          group["data"].shape == expected.shape
          and np.allclose(group["data"][()], expected, rtol=2e-7, atol=1e-8))
    check(f"{group.name}: emd_group_type", group.attrs["emd_group_type"] == 1)
    for axis in range(first, 3):
        dim = group[f"dim{axis + 1}"]
        check(f"{dim.name}: {step_nm} nm from 0",
              dim.dtype == np.float32 and dim.attrs["units"] in ("[n_m]", b"[n_m]")
              and np.allclose(dim[()], step_nm * np.arange(expected.shape[axis]),
                              rtol=1e-6))
    for name in ("description", "unit", "axes"):
        check(f"{group.name}/data: attribute {name}", name in group["data"].attrs)


def check_emd(folder):
    with h5py.File(os.path.join(folder, "volume.emd")) as file:
        check("volume.emd: version", file.attrs["version_minor"] == 2)
        check_group(file["data/tomography"], expected_volume(), 0.6, 0)
        check("volume.emd: scenario",
              file["alloytwin/scenario"][()] == b"seed: 20230510\n")
        check("volume.emd: program", file["alloytwin/program"][()] == b"alloytwin")
    with h5py.File(os.path.join(folder, "tilts.emd")) as file:
        group = file["data/tomography"]
        check_group(group, expected_series(), 0.26, 1)
        check("tilts.emd: degrees in dim1", group["dim1"].attrs["units"] in
              ("[deg]", b"[deg]") and np.allclose(group["dim1"][()], ANGLES_DEG))
        check("tilts.emd: exact radians",
              np.allclose(group["tilt_rad"][()], np.radians(ANGLES_DEG), rtol=1e-15))
    with h5py.File(os.path.join(folder, "result.emd")) as file:
        check_group(file["data/A_000"], expected_volume(), 0.6, 0)
        check_group(file["data/B_000"], expected_series(), 0.26, 1)
        check("result.emd: temperature",
              file["data/A_000"].attrs["temperature_K"] == 673.15)


def check_nxtomo(folder):
    with h5py.File(os.path.join(folder, "tilts.nxs")) as file:
        entry = file[file.attrs["default"]]
        check("tilts.nxs: NXtomo", entry["definition"][()] == b"NXtomo"
              and entry.attrs["NX_class"] in ("NXentry", b"NXentry"))
        plot = entry[entry.attrs["default"]]
        data = plot[plot.attrs["signal"]]
        check("tilts.nxs: values and axis order", data.shape == expected_series().shape
              and np.allclose(data[()], expected_series(), rtol=2e-7, atol=1e-8))
        check("tilts.nxs: data are linked, not copied", data == entry["instrument/detector/data"])
        check("tilts.nxs: degrees",
              np.allclose(entry["sample/rotation_angle"][()], ANGLES_DEG, rtol=0, atol=1e-13)
              and entry["sample/rotation_angle"].attrs["units"] in ("degree", b"degree"))
        check("tilts.nxs: pixel size",
              np.isclose(entry["instrument/detector/x_pixel_size"][()], 2.6e-10, rtol=1e-14))


def check_tiff(folder):
    try:
        import tifffile
    except ImportError:
        print("skip tifffile is not installed")
        return
    for name, pixel_nm, expected in (("volume.tif", 0.6, expected_volume()),
                                     ("tilts.tif", 0.26, expected_series())):
        with tifffile.TiffFile(os.path.join(folder, name)) as file:
            check(f"{name}: ImageJ", file.is_imagej)
            check(f"{name}: values, the top row first",
                  np.allclose(file.asarray(), expected[:, ::-1], rtol=2e-7, atol=1e-8))
            words = file.imagej_metadata
            check(f"{name}: slices and unit", words["slices"] == len(expected)
                  and words["unit"] == "nm")
            check(f"{name}: spacing", words.get("spacing") ==
                  (0.6 if name == "volume.tif" else None))
            number, denominator = file.pages[0].tags["XResolution"].value
            check(f"{name}: {pixel_nm} nm", abs(denominator / number - pixel_nm) < 1e-6)


def check_hyperspy(folder):
    try:
        import hyperspy.api as hs
    except ImportError:
        print("skip HyperSpy is not installed")
        return
    # HyperSpy reverses the axes of every EMD file, names and all.
    volume = hs.load(os.path.join(folder, "volume.emd"))
    axes = volume.axes_manager._axes
    check("HyperSpy: values of volume.emd",
          np.allclose(volume.data.T, expected_volume(), rtol=2e-7, atol=1e-8))
    check("HyperSpy: axes x y z", [axis.name for axis in axes] == ["x", "y", "z"])
    check("HyperSpy: 0.6 nm", all(abs(axis.scale - 0.6) < 1e-6 and axis.units == "nm"
                                  for axis in axes))
    tilts = hs.load(os.path.join(folder, "tilts.emd"))
    check("HyperSpy: values of tilts.emd",
          np.allclose(tilts.data.T, expected_series(), rtol=2e-7, atol=1e-8))
    check("HyperSpy: axes x y angle",
          [axis.name for axis in tilts.axes_manager._axes] == ["x", "y", "angle"])
    stack = hs.load(os.path.join(folder, "volume.mrc"))
    check("HyperSpy: values of volume.mrc",
          np.allclose(stack.data, expected_volume(), rtol=2e-7, atol=1e-8))
    volume.save(os.path.join(folder, "hyperspy.emd"))
    check_read_back(folder, "hyperspy.emd")


def check_read_back(folder, name):
    """The library reads another program's file and writes it as MRC again."""
    program = os.path.join(os.environ["top_builddir"], "tests/slow/write_samples")
    back = os.path.join(folder, "back.mrc")
    subprocess.run([program, os.path.join(folder, name), back], check=True)
    with mrcfile.open(back) as file:
        check(f"{name}: read by the library",
              np.allclose(file.data, expected_volume(), rtol=2e-7, atol=1e-8)
              and abs(float(file.voxel_size.z) - 6.0) < 1e-5)


def main():
    program = os.path.join(os.environ["top_builddir"], "tests/slow/write_samples")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, folder], check=True)
        check_mrc(folder)
        check_emd(folder)
        check_nxtomo(folder)
        check_tiff(folder)
        check_foreign_mrc(folder)
        check_hyperspy(folder)
    sys.exit(1 if failures else 0)


main()
