"""Each kind of breach is found, and what is right is not."""

import pathlib
import unittest

from files import COLUMNS_MAX, LINES_MAX, breaches, misplaced


def of(name, text):
    return breaches(pathlib.Path(name), text)


class Files(unittest.TestCase):
    def test_a_long_file_and_a_long_line_are_found(self):
        self.assertEqual(of("engine/a.cpp", "x\n" * LINES_MAX), [])
        self.assertEqual(len(of("engine/a.cpp", "x\n" * (LINES_MAX + 1))), 1)
        self.assertEqual(of("engine/a.cpp", "x" * COLUMNS_MAX), [])
        self.assertEqual(len(of("engine/a.cpp", "x" * (COLUMNS_MAX + 1))), 1)
        self.assertEqual(of("README.md", "x" * (COLUMNS_MAX + 1)), [])

    def test_what_belongs_to_one_machine_or_to_later_is_found(self):
        for line in ("/".join(["", "home", "me", "data"]), "TO" + "DO: later",
                     "deb" + ".debian.org"):
            with self.subTest(line=line):
                self.assertEqual(len(of("tools/a.md", line)), 1)

    def test_only_what_is_agreed_lies_at_the_top(self):
        agreed = [pathlib.Path(p) for p in ("engine/a.cpp", "README.md", ".ci/run")]
        self.assertEqual(misplaced(agreed), [])
        self.assertEqual(len(misplaced([*agreed, pathlib.Path("util/a.cpp")])), 1)


if __name__ == "__main__":
    unittest.main()
