"""What people get wrong in a criteria file is told at load: the line, what is wrong, and what to write instead."""

import pytest

from qualification.criteria import CriteriaError, load_criteria

GOOD = """\
version: 7
agreed: {marketing: dana@example.com, sales: raj@example.com, on: 2026-11-20, review_by: 2027-02-20}
currency: USD
rates: {EUR: 1.08, GBP: 1.27}
threshold:
  floor: 50
  capacity: {alerts_per_rep_day: 5}
  raise_with_volume: {step: 5, dwell_days: 3, deadband: [0.6, 1.25], ceiling: 90, mode: propose}
fields:
  company_size: {type: int_range, from: company_size}
  role: {type: enum, from: job_title, map: {vp: ["vp *"], manager: ["* manager"]}}
  budget: {type: money, from: budget, bant: budget}
  country: {type: enum, from: location, map: countries}
  email_kind: {type: email_kind}
  demo_asked: {type: flag, intent: demo, label: Asked for a demo}
  pricing_views: {type: event_count, event: page_view, url: "*/pricing*", window_days: 14}
icp: {company_size: {between: [20, 2000]}}
must_have:
  - {id: reachable, any: [{email_kind: {in: [work, free]}}], why: We must reach them}
disqualify:
  - {id: tiny, when: {company_size: {lt: 2}}, route: resources}
groups:
  fit:
    cap: [0, 50]
    half_life_days: 14
    rules:
      - {id: size_core, when: {company_size: {between: [50, 1000]}}, points: 20}
      - {id: decider, when: {role: {in: [vp]}}, points: 20}
      - {id: pricing, when: {pricing_views: {gte: 1}}, points: 5, per: 1, max: 15}
segments:
  - {id: hot, when: {score: {gte: 75}}, label: A1}
examples:
  - {facts: {company_size: 120, role: vp}, verdict: open}
"""

# what is replaced in the good file, by what, the line of the mistake, and words the message must hold
BROKEN = {
    "a field name with a typo": (
        "when: {company_size: {bet",
        "when: {company_sise: {bet",
        27,
        "company_sise: no such field; did you mean company_size?",
    ),
    "a field that is not declared": (
        "{role: {in: [vp]}}",
        "{industry: {in: [vp]}}",
        28,
        "industry: no such field; use one of: company_size, role",
    ),
    "an unknown operator": ("{gte: 1}", "{more_than: 1}", 29, "more_than: no such key here"),
    "an operator with a typo": (
        "between: [50, 1000]",
        "betwen: [50, 1000]",
        27,
        "betwen: no such key here; did you mean between?",
    ),
    "an operator of mathematics": ("{gte: 1}", '{">=": 1}', 29, ">=: no such key here"),
    "an operator that does not fit the type": (
        "{role: {in: [vp]}}",
        "{role: {gte: 3}}",
        28,
        "role: `gte` does not go with a field of type enum; use one of: is, in, contains, known",
    ),
    "a word where a number belongs": ("{gte: 1}", "{gte: one}", 29, 'gte: "one" is not a number'),
    "a number with a thousands comma in quotes": (
        "ceiling: 90",
        'ceiling: "1,000"',
        8,
        'ceiling: "1,000" is not a whole number',
    ),
    "thousands comma inside between": (
        "between: [50, 1000]",
        "between: [50, 1,000]",
        27,
        "between: has too many entries; exactly 2 are needed",
    ),
    "between with one number": (
        "between: [50, 1000]",
        "between: [50]",
        27,
        "between: has too few entries; exactly 2 are needed",
    ),
    "between the wrong way round": (
        "between: [50, 1000]",
        "between: [1000, 50]",
        27,
        "`between` starts with the smaller number",
    ),
    "two operators in one condition": (
        "{gte: 1}",
        "{gte: 1, lt: 9}",
        29,
        "exactly one operator; for two of them use `between` or `all`",
    ),
    "no operator": ("{gte: 1}", "{}", 29, "exactly one operator"),
    "a value without operator": (
        "{role: {in: [vp]}}",
        "{role: vp}",
        28,
        "role: an operator is missing; write for example role: {in: [...]}",
    ),
    "an operator without value": ("{gte: 1}", "{gte: }", 29, "`gte` has no value"),
    "an empty in": ("{in: [vp]}", "{in: []}", 28, "in: empty"),
    "in without brackets": ("{in: [vp]}", "{in: vp}", 28, 'in: "vp" is not a list'),
    "two fields in one condition": (
        "{role: {in: [vp]}}",
        "{role: {in: [vp]}, company_size: {gte: 5}}",
        28,
        "for several use `all: [...]`",
    ),
    "an empty all": ("when: {role: {in: [vp]}}", "all: []", 28, "all: empty"),
    "all without list": ("when: {role: {in: [vp]}}", "all: {role: {in: [vp]}}", 28, "is not a list"),
    "not with nothing": ("when: {role: {in: [vp]}}", "when: {not: }", 28, "`not` is empty"),
    "a label that is not in the map": ("{in: [vp]}", "{in: [vip]}", 28, "role: there is no vip; did you mean vp?"),
    "a country that is none": (
        "{role: {in: [vp]}}",
        "{country: {in: [Germany]}}",
        28,
        "country: there is no Germany; countries are written as two capital letters",
    ),
    "a kind of mailbox that is none": (
        "{in: [work, free]}",
        "{in: [work, private]}",
        19,
        "email_kind: there is no private; use one of: work, free, disposable, role",
    ),
    "a flag compared with a word": ("{role: {in: [vp]}}", '{demo_asked: {is: "yes"}}', 28, "a flag is true or false"),
    "a flag compared with one": ("{role: {in: [vp]}}", "{demo_asked: {is: 1}}", 28, "1 is neither true nor false"),
    "a number field compared with a word": ("{gte: 1}", "{is: many}", 29, "pricing_views: 'many' is no number"),
    "score outside segments": (
        "{role: {in: [vp]}}",
        "{score: {gte: 3}}",
        28,
        "score: no such field; only segments may look at the score",
    ),
    "a rule id used twice": ("id: decider", "id: size_core", 28, "size_core: this id is taken; line 27 has it already"),
    "an id shared with a must-have": ("id: decider", "id: reachable", 28, "reachable: this id is taken; line 19"),
    "a rule without id": ("{id: decider, when", "{when", 28, "id: missing in rules; a name of its own"),
    "an id with spaces": ("id: decider", "id: The decider", 28, "small letters, digits and _ only"),
    "a rule without points": (
        "{role: {in: [vp]}}, points: 20",
        "{role: {in: [vp]}}",
        28,
        "points: missing in decider; whole points",
    ),
    "a rule without condition": (
        "when: {role: {in: [vp]}}, ",
        "",
        28,
        "needs exactly one of `when`, `all`, `any`, `not`",
    ),
    "a rule with two conditions": (
        "when: {role: {in: [vp]}}",
        "when: {role: {in: [vp]}}, any: [{role: {in: [vp]}}]",
        28,
        "needs exactly one of `when`",
    ),
    "half points": (
        "{role: {in: [vp]}}, points: 20",
        "{role: {in: [vp]}}, points: 2.5",
        28,
        "points: 2.5 is not a whole number; no decimals here",
    ),
    "points in words": (
        "{role: {in: [vp]}}, points: 20",
        "{role: {in: [vp]}}, points: twenty",
        28,
        'points: "twenty" is not a whole number',
    ),
    "points out of all proportion": (
        "{role: {in: [vp]}}, points: 20",
        "{role: {in: [vp]}}, points: 20000",
        28,
        "points: 20000 must be at most 1000",
    ),
    "a key with a typo": (
        "points: 20}\n      - {id: pricing",
        "point: 20}\n      - {id: pricing",
        28,
        "point: no such key here; did you mean points?",
    ),
    "per without max": (", max: 15", "", 29, "`per` and `max` go together"),
    "max without per": (", per: 1", "", 29, "`per` and `max` go together"),
    "max below one step": ("max: 15", "max: 3", 29, "`max` 3 is less than the 5 points of one step"),
    "per on something that is not counted": (
        "{role: {in: [vp]}}, points: 20",
        "{role: {in: [vp]}}, points: 5, per: 1, max: 9",
        28,
        "`when` must be one field of type event_count",
    ),
    "per of nothing": ("per: 1", "per: 0", 29, "per: 0 must be at least 1"),
    "a cap with one end": ("cap: [0, 50]", "cap: [50]", 24, "cap: has too few entries; exactly 2 are needed"),
    "a cap the wrong way round": ("cap: [0, 50]", "cap: [50, 0]", 23, "`cap` is [least, most] with 0 in between"),
    "a cap as a number": ("cap: [0, 50]", "cap: 50", 24, "cap: 50 is not a list"),
    "a half-life of nothing": ("half_life_days: 14", "half_life_days: 0", 25, "half_life_days: 0 must be at least 0.1"),
    "a negative half-life": ("half_life_days: 14", "half_life_days: -3", 25, "half_life_days: -3 must be at least 0.1"),
    "a group without rules": ("        - none", "", 0, ""),
    "no floor": ("  floor: 50\n", "", 5, "floor: missing in threshold; the agreed bar"),
    "a floor of nothing": ("floor: 50", "floor: 0", 6, "floor: 0 must be at least 1"),
    "a floor as a word": ("floor: 50", "floor: high", 6, 'floor: "high" is not a whole number'),
    "a ceiling below the floor": ("ceiling: 90", "ceiling: 40", 5, "`ceiling` 40 is below the floor 50"),
    "an unknown mode": ("mode: propose", "mode: purpose", 8, 'mode: there is no "purpose" here; did you mean propose?'),
    "a deadband the wrong way round": ("[0.6, 1.25]", "[1.25, 0.6]", 8, "`deadband` starts with the smaller number"),
    "capacity of nothing": ("alerts_per_rep_day: 5", "alerts_per_rep_day: 0", 7, "must be more than 0"),
    "no version": ("version: 7\n", "", 1, "version: missing; every change is a new version"),
    "a version in words": ("version: 7", "version: v7", 1, 'version: "v7" is not a whole number'),
    "an unknown section": ("must_have:", "must_haves:", 18, "must_haves: no such key here; did you mean must_have?"),
    "a field without type": ("{type: email_kind}", "{label: Mail}", 14, "email_kind: `type` is missing"),
    "a field of unknown type": (
        "{type: email_kind}",
        "{type: mail_kind}",
        14,
        'there is no "mail_kind" here; did you mean email_kind?',
    ),
    "a field from an unknown slot": (
        "from: job_title",
        "from: jobtitle",
        11,
        'from: there is no "jobtitle" here; did you mean job_title?',
    ),
    "a size read from the wrong slot": (
        "{type: int_range, from: company_size}",
        "{type: int_range, from: location}",
        10,
        'from: there is no "location" here; use company_size',
    ),
    "an enum without map": (
        ', map: {vp: ["vp *"], manager: ["* manager"]}',
        "",
        11,
        "map: missing in role; label -> words",
    ),
    "an enum with an empty map": ('map: {vp: ["vp *"], manager: ["* manager"]}', "map: {}", 11, "map: empty"),
    "a label without words": ('vp: ["vp *"]', "vp: []", 11, "vp: empty"),
    "an unknown built-in map": ("map: countries", "map: cities", 13, 'map: there is no "cities" here; use countries'),
    "a flag without origin": (
        "{type: flag, intent: demo,",
        "{type: flag,",
        15,
        "a flag needs either `from` (a slot) or `intent`",
    ),
    "a flag with two origins": (
        "intent: demo,",
        "intent: demo, from: phone,",
        15,
        "a flag needs either `from` (a slot) or `intent`",
    ),
    "an unknown intent": ("intent: demo", "intent: demos", 15, 'intent: there is no "demos" here; did you mean demo?'),
    "an unknown event": (
        "event: page_view",
        "event: pageview",
        16,
        'event: there is no "pageview" here; did you mean page_view?',
    ),
    "a click that is to be read": (
        "event: page_view,",
        "event: cta_click, read_seconds: 20,",
        16,
        "read_seconds: only a page_view lasts; leave it out or count page views",
    ),
    "a window of nothing": ("window_days: 14", "window_days: 0", 16, "window_days: 0 must be at least 1"),
    "an unknown letter of BANT": (
        "bant: budget",
        "bant: money",
        12,
        'bant: there is no "money" here; use one of: budget, authority, need, timing',
    ),
    "a confidence above one": ("bant: budget", "min_confidence: 60", 12, "min_confidence: 60 must be at most 1"),
    "a field called score": (
        "budget: {type: money, from: budget, bant: budget}",
        "score: {type: money, from: budget}",
        12,
        "score: this name has a meaning of its own",
    ),
    "a field name with capitals": (
        "budget: {type: money, from",
        "Budget: {type: money, from",
        12,
        "small letters, digits and _ only",
    ),
    "no fields": ("groups:", "grops:", 22, "grops: no such key here; did you mean groups?"),
    "a mail address that is none": (
        "marketing: dana@example.com",
        "marketing: Dana",
        2,
        'marketing: "Dana" is not written as it must be; an e-mail address',
    ),
    "a date that is no date": ("on: 2026-11-20", "on: next week", 2, 'on: "next week" is not a date'),
    "a day the calendar does not have": (
        "on: 2026-11-20",
        "on: 2026-02-30",
        2,
        "2026-02-30 is no date of the calendar",
    ),
    "a currency sign": ("currency: USD", "currency: $", 3, "three capital letters"),
    "a rate of nothing": ("EUR: 1.08", "EUR: 0", 4, "EUR: 0 must be more than 0"),
    "a rate with a decimal comma": ("EUR: 1.08", 'EUR: "1,08"', 4, 'EUR: "1,08" is not a number'),
    "an example with an unknown field": (
        "facts: {company_size: 120, role: vp}",
        "facts: {size: 120}",
        33,
        "size: no such field",
    ),
    "an example with an unknown label": (
        "facts: {company_size: 120, role: vp}",
        "facts: {role: boss}",
        33,
        "role: there is no boss; use one of: vp, manager",
    ),
    "an example with an unknown verdict": (
        "verdict: open",
        "verdict: maybe",
        33,
        'verdict: there is no "maybe" here; use one of: mql, mql_likely, open, not_mql, disqualified',
    ),
    "an example without verdict": (", verdict: open", "", 33, "verdict: missing"),
    "an example in an unknown segment": (
        "verdict: open",
        "verdict: open, segment: hoot",
        33,
        "hoot: no such segment; did you mean hot?",
    ),
    "an example range the wrong way round": (
        "company_size: 120,",
        "company_size: [90, 20],",
        33,
        "the range starts with the larger number",
    ),
    "not a number": ("{gte: 1}", "{gte: .nan}", 29, "is not a number that can be used"),
    "endless": ("{gte: 1}", "{gte: .inf}", 29, "is not a number that can be used"),
    "a number nobody can count": ("{gte: 1}", "{gte: " + "9" * 5000 + "}", 29, "is not a number that can be used"),
    "an exponent nobody can count": ("{gte: 1}", "{gte: 1e999}", 29, "is not a number that can be used"),
    "a key given twice": (
        "version: 7",
        "version: 7\nversion: 8",
        2,
        "version: given twice; the first is on line 1; keep one",
    ),
    "a group given twice": (
        "segments:",
        "  fit: {rules: []}\nsegments:",
        30,
        "fit: given twice; the first is on line 23",
    ),
    "a tab": ("  floor: 50", "\tfloor: 50", 6, "a tab character; indent with spaces"),
    "an anchor": ("cap: [0, 50]", "cap: &cap [0, 50]", 24, "& and * references are not used here; write it out"),
    "an alias": ("cap: [0, 50]", "cap: *cap", 24, "& and * references are not used here; write it out"),
    "a tag": ("version: 7", "version: !!python/name:os.system 7", 1, "! tags are not used here"),
    "a bracket that never closes": ("cap: [0, 50]", "cap: [0, 50", 25, "not readable as YAML"),
    "a quote that never closes": ('url: "*/pricing*"', 'url: "*/pricing*', 16, "not readable as YAML"),
    "a star without quotes": (
        'url: "*/pricing*"',
        "url: */pricing*",
        16,
        "a word that begins with * or &; put it in quotes",
    ),
    "a missing colon": ("  floor: 50", "  floor 50", 7, "not readable as YAML"),
    "wrong indentation": ("    cap: [0, 50]", "   cap: [0, 50]", 25, "not readable as YAML"),
    "a second document": ("segments:", "---\nsegments:", 30, "a second document begins"),
    "an invisible control character": ("version: 7", "version: 7\x00", 1, "the character U+0000 cannot be read"),
    "a list as a name": ("version: 7", "[a, b]: 7", 1, "names are plain words"),
    "very deep nesting": ("cap: [0, 50]", "cap: " + "[" * 5000, 24, "levels deep"),
    "text instead of a section": (
        "threshold:\n  floor: 50\n  capacity: {alerts_per_rep_day: 5}\n  raise_with_volume",
        "threshold: high\nraise",
        5,
        'threshold: "high" is not a mapping',
    ),
    "a list instead of a mapping": (
        "icp: {company_size: {between: [20, 2000]}}",
        "icp: [company_size]",
        17,
        "icp: a list is not a mapping",
    ),
    "an empty section": (
        "must_have:\n  - {id: reachable, any: [{email_kind: {in: [work, free]}}], why: We must reach them}",
        "must_have:",
        18,
        "must_have: empty; fill it in or leave the key out",
    ),
    "an empty why": ("why: We must reach them", 'why: ""', 19, "why: empty"),
    "a number as a reason": ("why: We must reach them", "why: 5", 19, "why: 5 is not text; put it in quotes"),
    "a letter of another alphabet": (
        "when: {company_size: {bet",
        "when: {c\u043empany_size: {bet",
        27,
        "did you mean company_size? (U+043E in it is cyrillic small letter o)",
    ),
    "a character nobody sees in a name": (
        "  floor: 50",
        "  flo\u200bor: 50",
        6,
        "the invisible character U+200B stands in this name",
    ),
    "a character nobody sees in a value": (
        "from: job_title",
        "from: job_\u200btitle",
        11,
        "the invisible character U+200B stands in this text",
    ),
    "a text that turns its direction": (
        "why: We must reach them",
        "why: We \u202emust reach them",
        19,
        "the invisible character U+202E stands in this text",
    ),
    "an escaped control character": ("why: We must reach them", 'why: "a\\0b"', 19, "U+0000 stands in this text"),
    "a no-break space as indentation": (
        "  floor: 50",
        "\u00a0\u00a0floor: 50",
        6,
        "a no-break space; type a plain space",
    ),
    "a no-break space after the colon": ("version: 7", "version:\u00a07", 1, "a no-break space; type a plain space"),
    "a wide colon": ("version: 7", "version\uff1a 7", 1, "a wide colon; type a plain one"),
    "a long dash as a bullet": ("  - {id: reachable", "  \u2013 {id: reachable", 19, "a list item begins with -"),
    "typographic quotes": (
        'url: "*/pricing*"',
        "url: \u201c*/pricing*\u201d",
        16,
        'stands in typographic quotes; type " instead',
    ),
    "an empty name": ("segments:", "'': 3\nsegments:", 30, "names are plain words"),
    "a merge key": ("  floor: 50", "  <<: {floor: 50}", 6, "<<: no such key here"),
    "yes without quotes for a flag": (
        "{role: {in: [vp]}}",
        "{demo_asked: {is: yes}}",
        28,
        "'yes' is neither true nor false",
    ),
    "a day where a number belongs": ("{gte: 1}", "{gte: 2026-01-01}", 29, "gte: 2026-01-01 is not a number"),
    "a time of day": ("floor: 50", "floor: 1:30", 6, 'floor: "1:30" is not a whole number'),
    "a number with a thousands point": ("floor: 50", "floor: 1.000", 6, "floor: 1.0 is not a whole number"),
    "digits of another script": ("floor: 50", "floor: \u0665\u0660", 6, "is not a whole number"),
    "a country in small letters": ("{role: {in: [vp]}}", "{country: {in: [no]}}", 28, "country: there is no no"),
    "a list where one word belongs": (
        "{in: [vp]}",
        "{is: [vp]}",
        28,
        "is: a list is not true or false or a number or text; for one of several words write in: [...]",
    ),
    "is without value": ("{in: [vp]}", "{is: }", 28, "role: `is` has no value"),
    "words without letters": ('vp: ["vp *"]', 'vp: ["!!!"]', 11, 'vp: "!!!" has no letters and no digits'),
    "nothing to look for": ("{in: [vp]}", '{contains: " "}', 28, 'role: " " has no letters and no digits'),
    "a currency that is none": ("currency: USD", "currency: UDS", 3, "UDS: no such currency; did you mean USD?"),
    "a rate of no currency": ("GBP: 1.27", "GPB: 1.27", 4, "GPB: no such currency; did you mean GBP?"),
    "a rate for one's own currency": ("EUR: 1.08", "USD: 1.08", 4, "USD: a rate for the file's own currency"),
    "a reason without end": ("why: We must reach them", "why: " + "x" * 301, 19, "why: has more than 300 characters"),
    "an example below nothing": (
        "company_size: 120,",
        "company_size: -5,",
        33,
        "company_size: -5 is less than nothing",
    ),
    "an example with a list of facts": (
        "facts: {company_size: 120, role: vp}",
        "facts: [vp]",
        33,
        "facts: a list is not a mapping",
    ),
    "an example with a mapping for a value": (
        "company_size: 120,",
        "company_size: {from: 1},",
        33,
        "company_size: a mapping is not true or false or a number or text or a list",
    ),
    "more rules than people can agree on": (
        "      - {id: decider, when: {role: {in: [vp]}}, points: 20}",
        "\n".join(f"      - {{id: rule_{n}, when: {{role: {{in: [vp]}}}}, points: 1}}" for n in range(500)),
        1,
        "502 rules, at most 500 are taken",
    ),
}
del BROKEN["a group without rules"]


def test_the_good_file_loads() -> None:
    assert load_criteria(GOOD).version == 7


def test_there_are_at_least_sixty_kinds_of_broken_files() -> None:
    assert len(BROKEN) >= 60


@pytest.mark.parametrize("mistake", BROKEN)
def test_a_broken_file_is_refused_with_line_and_advice(mistake: str) -> None:
    before, after, line, words = BROKEN[mistake]
    assert GOOD.count(before) >= 1, "the good file has changed"
    with pytest.raises(CriteriaError) as refusal:
        load_criteria(GOOD.replace(before, after, 1), "config/criteria.yaml")
    told = [
        str(problem).replace(f", line {problem.line}", "", 1)
        for problem in refusal.value.problems
        if problem.line == line
    ]
    assert any(words in one for one in told), str(refusal.value)
    assert str(refusal.value).startswith("config/criteria.yaml: ")


@pytest.mark.parametrize(
    "same",
    [
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\r\n"),
        "---\n" + GOOD,
        GOOD + "\n# a last word",
        GOOD.replace("{gte: 1}", "{gte: 1.0}"),
    ],
    ids=["byte order mark", "Windows line ends", "a document mark", "a comment at the end", "a whole float"],
)
def test_files_that_only_look_odd_say_the_same(same: str) -> None:
    assert load_criteria(same).content_hash == load_criteria(GOOD).content_hash


def test_norway_is_a_country_and_no_answer() -> None:
    rule = load_criteria(GOOD.replace("{role: {in: [vp]}}", "{country: {in: [NO, DE]}}")).file.groups["fit"].rules[1]
    assert rule.condition.checks["country"].value == ["NO", "DE"]


def test_a_mistake_of_one_value_is_one_problem() -> None:
    for odd in ("{is: [vp]}", "{is: }", "{in: [3]}", "{in: {a: 1}}"):
        with pytest.raises(CriteriaError) as refusal:
            load_criteria(GOOD.replace("{in: [vp]}", odd))
        assert len(refusal.value.problems) == 1, str(refusal.value)


def test_a_file_of_nothing_but_mistakes_tells_the_first_forty() -> None:
    rules = "\n".join(f"      - {{id: r{n}, when: {{rola: {{in: [vp]}}}}, points: 1}}" for n in range(200))
    with pytest.raises(CriteriaError) as refusal:
        load_criteria(GOOD.replace("      - {id: decider, when: {role: {in: [vp]}}, points: 20}", rules), "c.yaml")
    assert len(refusal.value.problems) == 200
    assert str(refusal.value).splitlines()[-1] == "c.yaml: and 160 more"
