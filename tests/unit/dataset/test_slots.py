from shared.dataset.slots import MAX_PER_KEY, Slots


def test_positions_come_back_under_their_key():
    slots = Slots()
    for position in (3, 5, 9):
        slots.add([-17], position)
    assert sorted(slots.gather([-17])) == [3, 5, 9]


def test_an_unknown_key_has_none():
    assert Slots().gather([42]) == set()


def test_entries_beyond_what_was_expected_are_kept():
    slots = Slots(expected=10)
    keys = [number * 0x9E3779B97F4A7C15 for number in range(2000)]
    for position, key in enumerate(keys):
        slots.add([key], position)
    assert all(position in slots.gather([key]) for position, key in enumerate(keys))


def test_a_crowded_key_keeps_the_first_ones_only():
    slots = Slots(expected=1000)
    for position in range(500):
        slots.add([7], position)
    assert sorted(slots.gather([7])) == list(range(MAX_PER_KEY))


def test_gathering_joins_keys():
    slots = Slots()
    slots.add([1], 10)
    slots.add([2], 20)
    slots.add([2], 10)
    assert slots.gather([1, 2, 3]) == {10, 20}
