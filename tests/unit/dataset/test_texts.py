from shared.dataset.texts import BLOCK, Texts


def test_texts_come_back_by_position_and_in_order():
    written = [f"text {number} with ünïcode and a lone \ud800" for number in range(3 * BLOCK + 5)]
    texts = Texts()
    for text in written:
        texts.append(text)
    assert [texts[position] for position in range(len(texts))] == written
    assert list(texts) == written


def test_texts_alike_take_a_fraction_of_their_size():
    texts = Texts()
    for number in range(BLOCK * 10):
        texts.append(f"please cancel the order number {number} of our customer and refund what was paid")
    assert sum(map(len, texts._blocks)) < 20 * BLOCK * 10
