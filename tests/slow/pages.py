"""Pages that show commands and what they print, for the tests that follow them."""
import re

NUMBER = re.compile(r"-?\d+\.?\d*(?:e[-+]\d+)?")


def steps(page):
    """Of a page: files to write, (path, text), and commands, [command, lines shown]."""
    found, path, block, command = [], None, None, None
    for line in page:
        if block is not None:
            if line.startswith("```"):
                found.append((block, "".join(text)))
                block = None
            else:
                text.append(line)
            continue
        for named in re.findall(r"`([^`]+\.yaml)`", line):
            path = named
        if line.startswith("```yaml") and path:
            block, text, path = path, [], None
        elif line.startswith("    $ "):
            command = [line[6:].rstrip("\n"), []]
            found.append(command)
        elif command and command[0].endswith("\\") and line.startswith("    "):
            command[0] = command[0][:-1] + line.strip()
        elif command and line.startswith("    "):
            command[1].append(line.strip())
        else:
            command = None
    return found


def words(line):
    """A line without its numbers, and without where the models are."""
    return re.sub(r"\S*models/", "models/", NUMBER.sub("#", line.strip()))


def alike(shown, printed):
    """The same words, `...` for any, and numbers to 5 % or two in the last place."""
    begin, dots, _ = shown.partition("...")
    if dots:
        begin = words(begin).rstrip("#")
        return words(printed).startswith(begin.rstrip())
    if words(shown) != words(printed):
        return False
    for x, y in zip(NUMBER.findall(shown), NUMBER.findall(printed)):
        mantissa, _, exponent = x.partition("e")
        step = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
        if abs(float(x) - float(y)) > max(0.05 * abs(float(x)), 2.0 * step):
            return False
    return True
