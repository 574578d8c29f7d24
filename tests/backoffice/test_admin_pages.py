"""The administrator's pages: who enters, and what stands in the rail."""

import pytest

from backoffice_console.admin_pages import ADMIN_PAGES


async def test_the_landing_page_leads_to_every_page_of_the_list(client, sign_in):
    await sign_in("admin", "admin")
    answer = await client.get("/admin")
    text = await answer.text()
    assert answer.status == 200
    assert all(text.count(f'href="{page.href}"') == 2 for page in ADMIN_PAGES)


@pytest.mark.parametrize("login", ["clerk1", "lead", "reviewer1"])
async def test_others_do_not_enter(client, sign_in, login):
    doors = {"clerk1": "clerk", "lead": "lead", "reviewer1": "reviewer"}
    await sign_in(doors[login], login)
    assert (await client.get("/admin")).status == 403
