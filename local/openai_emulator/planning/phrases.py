"""Sentences and parts of sentences of which tasks are made, by register."""

from __future__ import annotations

OPENERS: dict[str, tuple[str, ...]] = {
    "terse": (
        "Please",
        "Need you to",
        "Today, please",
        "Quick one: please",
        "For {person}, please",
        "Next job:",
        "Can you",
        "Could you quickly",
        "For the {topic}, please",
        "To do:",
    ),
    "formal": (
        "I would be grateful if you could",
        "On behalf of {company}, I ask you to",
        "Would you kindly",
        "May I ask you to",
        "With regard to the {topic}, please",
        "For our {city} branch, I would like you to",
        "Please be so kind as to",
    ),
    "chatty": (
        "Hey, could you",
        "Hi there, can you please",
        "Morning! Would you",
        "A quick favour for {person}: please",
        "We're busy with the {topic} here, so please",
        "Could you do me a favour and",
        "{company} is waiting, so please",
        "When you have a minute, please",
    ),
    "expert": (
        "For the {topic}, I need you to",
        "For {department}, please",
        "As part of the {topic}, please",
        "I need you to",
        "Please",
        "For the {city} site, please",
        "In preparation for the {topic}, please",
    ),
}
KEYWORDS = (
    ("terse", "terse|hurry|brief|short|busy|rush|keyword|telegra|laconic|impatient|driver|warehouse"),
    (
        "formal",
        "formal|officer|complian|legal|polite|lawyer|executive|audit|director|official|courteous|manager",
    ),
    (
        "chatty",
        "casual|friendly|chat|informal|student|newcomer|beginner|non-technical|owner|talkative|intern|customer",
    ),
    (
        "expert",
        "engineer|developer|expert|analyst|technical|operator|precise|architect|specialist|scientist|admin",
    ),
)
FIRST = (
    "Then",
    "After that,",
    "Next,",
    "Once that is done,",
    "When you have that,",
)
MORE = ("Then", "After that,", "Next,", "Once you have that,", "Afterwards,", "Following that,", "Also,")
LAST = ("Finally,", "At the end,", "To finish,", "Last,", "And then", "Lastly,", "To wrap up,")
CONTEXTS = (
    "It is for the {topic}.",
    "{person} needs it by {weekday}.",
    "We do this for the {city} office.",
    "{person} in {department} is waiting for it.",
    "I need it by {weekday}.",
    "It came up in the {topic} meeting.",
    "The {department} team in {city} takes it from there.",
    "{person} will look at the outcome on {weekday}.",
    "{company} asked for it.",
    "Tell {person} when it is done.",
)
CLOSERS: dict[str, tuple[str, ...]] = {
    "terse": ("", "", "As soon as you can.", "Let me know."),
    "formal": ("Thank you in advance.", "Please confirm once completed.", "I appreciate your support.", ""),
    "chatty": ("Thanks a lot!", "You're a star.", "Cheers!", "Shout if anything looks odd.", ""),
    "expert": (
        "Let me know how it went.",
        "",
        "Tell me if anything looks off.",
    ),
}
