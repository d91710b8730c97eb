from shared.dataset.position_index import MAX_PER_KEY, PositionIndex


def test_positions_come_back_under_their_key():
    index = PositionIndex()
    for position in (3, 5, 9):
        index.add([-17], position)
    assert sorted(index.gather([-17])) == [3, 5, 9]


def test_an_unknown_key_has_none():
    assert PositionIndex().gather([42]) == set()


def test_entries_beyond_what_was_expected_are_kept():
    index = PositionIndex(expected=10)
    keys = [number * 0x9E3779B97F4A7C15 for number in range(2000)]
    for position, key in enumerate(keys):
        index.add([key], position)
    assert all(position in index.gather([key]) for position, key in enumerate(keys))


def test_a_crowded_key_keeps_the_first_ones_only():
    index = PositionIndex(expected=1000)
    for position in range(500):
        index.add([7], position)
    assert sorted(index.gather([7])) == list(range(MAX_PER_KEY))


def test_gathering_joins_keys():
    index = PositionIndex()
    index.add([1], 10)
    index.add([2], 20)
    index.add([2], 10)
    assert index.gather([1, 2, 3]) == {10, 20}
