"""Languages, sizes of letters, times: what a page says and how."""

import pytest
from aiohttp.test_utils import make_mocked_request

from portal.catalogues import script_messages
from portal.display import DisplayTime
from portal.i18n import Language, _, language_of, ngettext, use_language

AT_MS = 1_795_226_700_000  # 2026-11-21T02:05:00Z


async def test_chinese_is_the_default_whatever_the_browser_prefers(client):
    answer = await client.get("/", headers={"Accept-Language": "en-US,en"})
    text = await answer.text()
    assert 'lang="zh-CN"' in text
    assert "柜员窗口" in text
    assert answer.headers["Content-Language"] == "zh-CN"


async def test_the_switch_changes_the_language_and_leads_back(client):
    form = {"language": "en", "onward": "/sign-in/clerk"}
    answer = await client.post("/language", data=form)
    text = await answer.text()
    assert answer.url.path == "/sign-in/clerk"
    assert 'lang="en"' in text
    assert "Staff number" in text
    assert "工号" not in text


@pytest.mark.parametrize(
    ("path", "form"), [("/language", {"language": "xx"}), ("/text-size", {"size": "99"})]
)
async def test_unknown_choices_are_refused(client, path, form):
    answer = await client.post(path, data=form)
    assert (answer.status, (await answer.json())["code"]) == (400, "P-11")


@pytest.mark.parametrize("size", ["standard", "large", "largest"])
async def test_a_screen_keeps_its_size_of_letters(client, size):
    await client.post("/text-size", data={"size": size, "onward": "/pair"})
    text = await (await client.get("/pair")).text()
    assert f'data-density="citizen" data-text="{size}"' in text


def test_words_follow_the_language_of_the_task():
    use_language(Language.ZH_CN)
    assert _("Sign in") == "登录"
    assert (
        ngettext("One thing needs correcting", "%(num)d things need correcting", 2) % {"num": 2}
        == "有 2 处需要改正"
    )
    use_language(Language.EN)
    assert _("Sign in") == "Sign in"
    use_language(Language.ZH_CN)


def test_times_are_written_out():
    chinese = DisplayTime("Asia/Shanghai", Language.ZH_CN)
    assert chinese.datetime(AT_MS) == "2026年11月21日 10:05"
    assert DisplayTime("Asia/Shanghai", Language.EN).date(AT_MS) == "November 21, 2026"
    assert (chinese.duration(42_000), chinese.duration(3_723_000)) == ("00:42", "1:02:03")
    assert (chinese.date(None), chinese.time(None), chinese.duration(None)) == ("", "", "")


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ('t("Sign in")', ["Sign in"]),
        ("html`<p>${t('It\\'s on')}</p>${x ? html`${t(\"in\")}` : ''}`", ["It's on", "in"]),
        ('tn("one", "%(num)d many", n)', [("one", "%(num)d many")]),
        ('set("x"); obj.t("no"); st("no"); t(variable)', []),
        ('t("a %(b)s", { b })', ["a %(b)s"]),
    ],
)
def test_messages_of_scripts_are_found(script, found):
    assert list(script_messages(script)) == found


@pytest.mark.parametrize(
    ("value", "language"), [("en", "en"), ("zh-CN", "zh-CN"), ("../x", "zh-CN")]
)
def test_an_invented_language_cookie_is_ignored(value, language):
    request = make_mocked_request("GET", "/", headers={"Cookie": f"yc_lang={value}"})
    assert language_of(request) == language
