"""Lines of keys: what an editor opens must be what the sentence is about."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from csat_tui.toml_file.document import Positions

TEXT = '''\
# a comment with [brackets] and "quotes"
[head]
title = "a # b"
"odd key" = 1
deep.er = { x = 1, y = [1, 2] }

[[item]]
id = """
[[item]]
"""
list = [
  "one", # two ]
  { a = "}", b = 2 },

  'three',
]
[[item]]
id = 'two'
[[item.part]]
n = 1
[[item.part]]
n = 1979-05-27 07:32:00
'''


def test_keys_tables_and_list_entries_have_their_lines():
    positions = Positions(TEXT)
    expected = {
        ("head",): 2,
        ("head", "title"): 3,
        ("head", "odd key"): 4,
        ("head", "deep", "er", "y", 1): 5,
        ("item",): 7,
        ("item", 0): 7,
        ("item", 0, "id"): 8,
        ("item", 0, "list"): 11,
        ("item", 0, "list", 0): 12,
        ("item", 0, "list", 1): 13,
        ("item", 0, "list", 1, "b"): 13,
        ("item", 0, "list", 2): 15,
        ("item", 1): 17,
        ("item", 1, "id"): 18,
        ("item", 1, "part", 0): 19,
        ("item", 1, "part", 1, "n"): 22,
    }
    assert {place: positions.line(place) for place in expected} == expected


def test_what_is_not_there_has_the_line_of_what_is_around_it():
    assert Positions(TEXT).line(("item", 1, "label")) == 17
    assert Positions(TEXT).line(("nowhere",)) == 1


values = st.recursive(
    st.one_of(
        st.integers(-9, 9).map(str),
        st.sampled_from(["true", "1.5", "'lit # ]'", '"b\\"a]}"', '"""\nx = 1\n"""', "'''\n[y]\n'''", "1979-05-27"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: "[\n" + ",  # c ]\n".join(parts) + "\n]"),
        st.lists(inner.filter(lambda text: "\n" not in text), max_size=3).map(
            lambda parts: "{ " + ", ".join(f"k{n} = {part}" for n, part in enumerate(parts)) + " }"
        ),
    ),
    max_leaves=8,
)


@given(st.lists(values, min_size=1, max_size=6))
def test_every_key_of_a_valid_text_is_found_where_it_stands(parts):
    text, lines = "[[t]]\n", []
    for number, part in enumerate(parts):
        lines.append(text.count("\n") + 1)
        text += f"key{number} = {part}\n"
    tomllib.loads(text)
    positions = Positions(text)
    assert [positions.line(("t", 0, f"key{number}")) for number in range(len(parts))] == lines


@given(st.text(alphabet="[]{}=\"'.,#\n ab1", max_size=60))
def test_a_text_that_is_no_toml_does_no_harm(text):
    assert Positions(text).line(("a",)) >= 1
