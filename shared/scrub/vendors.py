"""How the tokens of vendors begin, and what follows where a word for a key does."""

from __future__ import annotations

# How tokens begin that are told by their beginning alone.
VENDORS = tuple(
    "lin_api_ lin_oauth_ ntn_ figd_ figo_ figr_ hrku- dckr_pat_ dckr_oat_ glsa_ glc_ rubygems_ pul- hvs. hvb. sbp_ "
    "sb_secret_ sntrys_ sntryu_ tfp_ r8_ gsk_ pplx- xai- nvapi- xkeysib- xsmtpsib- shippo_live_ shippo_test_ ezak eztk "
    "cfpat- fo1_ rdme_ dp.pt. dp.st. dp.ct. dp.sa. atatt3 atctt3 tvly- phx_ duffel_live_ duffel_test_ live_sk_ "
    "test_sk_ apify_api_ ddp_ vercel_ pscale_tkn_ pscale_pw_ pscale_oauth_ patgr_ snyk_uat. nfp_ cio_ waka_ "
    "csk- lsv2_pt_ lsv2_sk_ sk-lf- mlsn. bkua_ sqp_ squ_ sqa_ napi_ hcaik_ hcxik_ hcamk_ pcsk_ tgp_v1_ jina_ vcp_ "
    "cfut_ cfat_ pnu_ unkey_ rzp_live_ rzp_test_ flwseck- flwseck_test- flwpubk- flwpubk_test- pdl_live_apikey_ "
    "pdl_sdbx_apikey_ signkey-prod- signkey-test- cal_live_ mdb_sa_sk_ tskey-auth- tskey-api- tskey-client- ccipat_ "
    "ccipprj_ api_org_ xaat- xapt- secret-test- secret-live- fio-u- whsk_ sgp_ ops_eyj gloas- glrt- gldt- glptt- "
    "glcbt- glft- glsoat- glagent- gitlab_pat_".split()
)
# Beginnings that have other meanings before words, and all that follows them.
BEGINNINGS = {
    "fc-": r"[0-9a-f]{32}",
    "fw_": r"[A-Za-z0-9]{22,28}",
    "e2b_": r"[0-9a-f]{40}",
    "ATBB": r"[A-Za-z0-9]{28}",
    "rnd_": r"[A-Za-z0-9]{24,36}",
    "cio": r"(?=[a-z]*[A-Z0-9])[A-Za-z0-9]{32}",
    "dose": r"[0-9a-f]{32}",
    "LTAI": r"[A-Za-z0-9]{16,26}",
    "AKID": r"[A-Za-z0-9]{32}",
    "SCW": r"[A-Z0-9]{17}",
    "oy2": r"[a-z0-9]{43}",
    "IQoJb3JpZ2lu": r"[\w+/=]{60,}",
    "FwoGZXIvYXdz": r"[\w+/=]{60,}",
    "AQ.": r"[\w-]{35,}",
    "xoxe.": r"xox[bp]-\d-[\w+/=-]{20,}",
    "dt0": r"[a-z]\d\d\.[A-Z0-9]{8,24}\.[A-Z0-9]{32,}",
}
# Words for a key with which the tokens of many vendors begin, and what follows them.
KEYED = tuple(
    "sk rk pk ak key apikey token tok pat secret live prod sdk mob api access sandbox signkey".split()
)
# Drawn letters without a digit, by capital letters where words have none.
LETTERS = r"(?=(?:[A-Za-z]*?(?:[A-Z]{2}|[A-Z][a-z][A-Z])){3})[A-Za-z]{20,}"
DRAWN = (
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32,}|"
    r"(?=[A-Za-z0-9]*\d)(?=[A-Za-z0-9]*[A-Z])(?=[A-Za-z0-9]*[a-z])[A-Za-z0-9]{20,}|"
    rf"{LETTERS}|"
    r"(?=[a-z]*\d)[a-z0-9]{24,}|(?=[A-Z]*\d)[A-Z0-9]{24,}"
)
