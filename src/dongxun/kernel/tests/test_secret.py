import hmac

from dongxun.kernel import secret


def test_a_keyed_hash_is_half_an_hmac_with_the_key_of_its_purpose():
    expected = hmac.digest(secret.key("phone"), "199 0000 1234 号".encode(), "sha256").hex()[:32]

    assert secret.keyed_hash("199 0000 1234 号", "phone") == expected


def test_a_keyed_hash_of_one_purpose_tells_nothing_of_another():
    assert secret.keyed_hash("1", "phone") != secret.keyed_hash("1", "id_number")


def test_an_empty_text_has_no_hash():
    assert secret.keyed_hash("", "phone") == ""
