"""Packs sources into groups that one translation unit can hold, so that clang-tidy reads the headers of a group once.

clang-tidy spends 5 to 12 CPU seconds on the standard library and fmt before it looks at a file of ours, whatever its length. A group is a
generated file that includes many sources. Two sources go together if they need the same heavy libraries and no name of an anonymous
namespace (nor static function, nor macro) of one is declared by the other.
"""
import json
import os
import pathlib
import re
import shlex

INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]', re.MULTILINE)
NAMESPACE = re.compile(r"^namespace\s*([\w:]*)\s*{")
# What a line in column 0 declares; clang-format indents everything else.
DECLARATIONS = (
    re.compile(r"^(?:struct|class|enum class|enum|union)\s+(\w+)"),
    re.compile(r"^using\s+(\w+)\s*="),
    re.compile(r"^(?:static\s+|inline\s+)*(?:constexpr|const)\b[^(]*?(\w+)\s*(?:=|{|\[)"),
    re.compile(r"^[A-Za-z_\[][^()=;]*?\b(\w+)\("),
)
MACRO = re.compile(r"^#define (\w+)")
OF_THE_FILE = re.compile(r"^(?:static |int (?:sc_)?main\()")
HEAVY = {"llvm/": "llvm", "systemc": "systemc", "z3": "z3", "gtest/": "gtest", "gmock/": "gtest", "verilated": "verilated"}


def declarations(text):
    """(namespace, name, whether only this file sees it) of everything declared in column 0."""
    stack = []
    for line in text.splitlines():
        if match := NAMESPACE.match(line):
            stack.append(match.group(1))
            continue
        if line.startswith("}") and "namespace" in line:
            if stack:
                stack.pop()
            continue
        if match := MACRO.match(line):
            yield "", match.group(1), True
        for pattern in DECLARATIONS:
            if match := pattern.match(line):
                yield "::".join(filter(None, stack)), match.group(1), "" in stack or bool(OF_THE_FILE.match(line))
                break


class Tree:
    """The sources that a build compiles, and what they include."""

    def __init__(self, root, build, rooms):
        self.root = root
        self.flags = {}
        self.text_ = {}
        for entry in json.loads((build / "compile_commands.json").read_text()):
            path = pathlib.Path(os.path.normpath(os.path.join(entry["directory"], entry["file"])))
            if path.is_relative_to(root) and path.relative_to(root).parts[0] in rooms:
                self.flags[str(path.relative_to(root))] = preprocessor_flags(shlex.split(entry["command"]))
        self.public = set()
        for room in rooms:
            for header in (root / room).rglob("*.h"):
                name = str(header.relative_to(root))
                self.public |= {(space, each) for space, each, hidden in declarations(self.text(name)) if not hidden}

    def text(self, name):
        if name not in self.text_:
            self.text_[name] = (self.root / name).read_text(errors="replace")
        return self.text_[name]

    def closure(self, name):
        """The file and all that it includes, directly or not: (paths of the project, names of other headers)."""
        unread, ours, others = [name], set(), set()
        while unread:
            each = unread.pop()
            if each in ours or each in others:
                continue
            if not (self.root / each).is_file():
                others.add(each)
                continue
            ours.add(each)
            unread += INCLUDE.findall(self.text(each))
        return ours, others

    def own_names(self, name):
        return {(space, each) for space, each, hidden in declarations(self.text(name)) if hidden}

    def family(self, name):
        """Sources of different families do not go together."""
        others = self.closure(name)[1]
        kinds = {kind for prefix, kind in HEAVY.items() if any(each.startswith(prefix) for each in others)}
        if "using namespace llvm" in self.text(name):
            kinds.add("llvm's names")
        # A name that some header declares too, there or in a namespace around it: fine alone, ambiguous where both are seen.
        if any((space.rsplit("::", cut)[0] if cut else space, each) in self.public
               for space, each in self.own_names(name) for cut in range(space.count("::") + 1)):
            kinds.add("a public name")
        return tuple(sorted(kinds))

    def groups(self, names, most_lines):
        """Lists of sources, in the order of `names`; none over `most_lines` (of sources) unless it is a single one."""
        groups = []
        for name in names:
            family, own, lines = self.family(name), self.own_names(name), self.text(name).count("\n")
            for group in groups:
                if group["family"] == family and not group["own"] & own and group["lines"] + lines <= most_lines:
                    break
            else:
                group = {"family": family, "own": set(), "lines": 0, "names": []}
                groups.append(group)
            group["own"] |= own
            group["lines"] += lines
            group["names"].append(name)
        return [group["names"] for group in groups]

    def group_flags(self, names):
        return list(dict.fromkeys(flag for name in names for flag in self.flags[name]))


def preprocessor_flags(command):
    """The include paths and macros of a compiler's command, each one argument."""
    flags = []
    for word, following in zip(command, [*command[1:], ""]):
        if word.startswith(("-I", "-D")) and len(word) > 2:
            flags.append(word)
        elif word == "-isystem":
            flags.append(f"-isystem{following}")
    return flags
