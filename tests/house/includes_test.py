"""Each kind of breach is found, what is right is not, and this tree has none."""

import pathlib
import unittest

from includes import all_breaches, breaches

TREE = pathlib.Path(__file__).resolve().parents[2]

WRONG = [
    ("engine/log/log.cpp", '#include "workflows/issue/issue.hpp"'),
    ("engine/log/log.cpp", '#include "tests/support/places.hpp"'),
    ("workflows/issue/issue.cpp", '#include "adapters/json/json.hpp"'),
    ("workflows/issue/issue.cpp", '#include "workflows/directory/directory.hpp"'),
    ("adapters/http/api.cpp", '#include "adapters/files/csv.hpp"'),
    ("adapters/http/api.cpp", '#include "replay/verify.hpp"'),
    ("replay/verify.cpp", '#include "adapters/json/json.hpp"'),
    ("replay/verify.cpp", '#include "tools/sihe/command.hpp"'),
    ("tests/engine/tree_test.cpp", '#include "workflows/issue/issue.hpp"'),
    ("engine/board/board.cpp", "#include <rocksdb/db.h>"),
    ("engine/log/log.cpp", "#include <sqlite3.h>"),
    ("workflows/issue/apply.cpp", "#include <boost/msm/back/state_machine.hpp>"),
    ("tools/sihe/serve.cpp", "#include <boost/beast/http.hpp>"),
    ("replay/report.cpp", "#include <boost/json.hpp>"),
    ("tools/sihe/settings.cpp", "#include <toml++/toml.h>"),
    ("adapters/wecom/crypt.cpp", "#include <openssl/evp.h>"),
    ("adapters/wecom/message.cpp", "#include <pugixml.hpp>"),
    ("adapters/wecom/message.cpp", '#include "adapters/onebot/event.hpp"'),
    ("adapters/wecom/gateway.cpp", '#include "adapters/http/server.hpp"'),
    ("adapters/chat/talk.cpp", "#include <curl/curl.h>"),
]

RIGHT = [
    ("tools/sihe/verify.cpp", '#include "replay/verify.hpp"'),
    ("adapters/http/api.cpp", '#include "adapters/json/json.hpp"'),
    ("adapters/http/api.cpp", '#include "adapters/http/message.hpp"'),
    ("adapters/wecom/crypt.cpp", '#include "adapters/signing/signing.hpp"'),
    ("adapters/wecom/gateway.cpp", '#include "adapters/http/message.hpp"'),
    ("adapters/wecom/gateway.cpp", '#include "adapters/chat/message.hpp"'),
    ("adapters/signing/signing.cpp", "#include <openssl/evp.h>"),
    ("engine/view/rocks_rows.cpp", "#include <rocksdb/db.h>"),
    ("tests/support/fault_fs.hpp", "#include <rocksdb/env.h>"),
    ("tests/support/import_bench.hpp", '#include "adapters/files/importer.hpp"'),
    ("workflows/issue/decide.cpp", "#include <boost/msm/back/state_machine.hpp>"),
]


class Includes(unittest.TestCase):
    def test_each_kind_of_breach_is_found(self):
        for path, line in WRONG:
            with self.subTest(path=path, line=line):
                self.assertEqual(len(breaches(pathlib.Path(path), line + "\n")), 1)

    def test_what_is_right_is_let_be(self):
        for path, line in RIGHT:
            with self.subTest(path=path, line=line):
                self.assertEqual(breaches(pathlib.Path(path), line + "\n"), [])

    def test_this_tree_has_none(self):
        self.assertEqual(all_breaches(TREE), [])


if __name__ == "__main__":
    unittest.main()
