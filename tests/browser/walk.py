"""Walking the public way as a person does: one question a page, by what stands on the page."""

import re

SIGNS = {"child": 0, "adult": 1, "past": 2, "online": 3, "professional": 4}
STEP = re.compile(r"/start/\d+/$")


def report(page, base: str, language: str, way: str, answers: dict[str, str], seen=None) -> str:
    """Report through every page of a way; returns the receipt. `seen(page)` is called on each page."""
    look = seen or (lambda page: None)
    page.goto(f"{base}/{language}/")
    look(page)
    page.locator(".ways a").nth(SIGNS[way]).click()
    look(page)
    page.locator("main form button.primary").click()
    for _ in range(60):
        if not STEP.search(page.url):
            break
        look(page)
        filled = fill(page, answers)
        page.locator(f'main button[name="go"][value="{"next" if filled else "skip"}"]').first.click()
    look(page)
    page.locator("main form button.primary").click()
    look(page)
    return receipt(page)


def fill(page, answers: dict[str, str]) -> bool:
    """Answer whatever the page asks, if we have an answer."""
    filled = False
    for name, value in answers.items():
        field = page.locator(f'main [name="{name}"]:not([type="hidden"])')
        if not field.count():
            continue
        if field.first.get_attribute("type") in {"radio", "checkbox"}:
            page.locator(f'main [name="{name}"][value="{value}"]').check()
        else:
            field.fill(value)
        filled = True
    return filled


def receipt(page) -> str:
    return re.sub(r"\D", "", page.locator(".receipt").inner_text())


def open_code(page, base: str, language: str, code: str) -> None:
    page.goto(f"{base}/{language}/code/")
    page.locator('[name="code"]').fill(code)
    page.locator("main form button.primary").first.click()
