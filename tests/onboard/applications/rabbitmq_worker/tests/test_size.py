from thumbnails.size import fit


def test_pictures_keep_their_shape():
    assert fit(400, 200) == (200, 100)
