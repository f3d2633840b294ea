"""The whole way on foot: a child tells something, gets a receipt, and opens the dialogue with it."""

from tests.letterbox.conftest import receipt_on


def test_a_child_walks_from_the_first_page_to_the_dialogue(public):
    assert public.get("/en/").status_code == 200
    assert public.get("/en/start/?w=a").status_code == 200
    response = public.post("/en/start/", {"w": "a"})
    page = 1
    told = {1: {"safety_now": "not_safe"}, 2: {"what": "Someone scares me."}}
    while response.status_code == 302 and response.url != "/en/start/send/":
        shown = public.get(response.url)
        assert shown.status_code == 200, response.url
        page = int(response.url.rstrip("/").rsplit("/", 1)[1])
        response = public.post(response.url, {"w": "a", "go": "next", **told.get(page, {})})
    assert "You can send it now" in public.get("/en/start/send/").content.decode()
    assert public.post("/en/start/send/", {"w": "a"}).url == "/en/start/done/"
    receipt = receipt_on(public.get("/en/start/done/"))
    assert len(receipt) == 20
    assert public.post("/en/start/done/").url == "/en/"
    dialogue = public.post("/en/code/", {"code": receipt})
    assert "Received" in dialogue.content.decode()
    assert "Someone scares me" not in dialogue.content.decode()
