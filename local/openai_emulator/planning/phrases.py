"""Sentences and parts of sentences of which tasks are made, by register."""

from __future__ import annotations

OPENERS: dict[str, tuple[str, ...]] = {
    "terse": (
        "Please",
        "Need you to",
        "Today, please",
        "Need this: please",
        "For {person}, please",
        "Next job:",
        "Quick one:",
        "Can you",
        "Open item:",
        "For the {topic}:",
        "To do:",
    ),
    "formal": (
        "I would be grateful if you could",
        "On behalf of {company}, I ask you to",
        "Kindly",
        "May I ask you to",
        "The {department} department asks you to",
        "With regard to the {topic}, please",
        "For our {city} branch, please",
        "{person} would like you to",
    ),
    "chatty": (
        "Hey, could you",
        "Hi there, can you please",
        "I'd love you to",
        "Morning! Would you",
        "A quick favour for {person}: please",
        "We're busy with the {topic} here, so please",
        "I promised {person} that you would",
        "Could you do me a favour and",
        "{company} is waiting, so please",
    ),
    "expert": (
        "For the {topic}, I need you to",
        "For {department}, please",
        "We have to",
        "As part of the {topic}, please",
        "I need you to",
        "Please",
        "For the {city} site, please",
        "The {department} team wants to",
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
    "With that in hand,",
    "As a second step,",
    "From there,",
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
    "terse": ("", "", "Asap.", "No extras.", "Report back."),
    "formal": ("Thank you in advance.", "Please confirm once completed.", "I appreciate your support.", ""),
    "chatty": ("Thanks a lot!", "You're a star.", "Cheers!", "Shout if anything looks odd.", ""),
    "expert": (
        "Report the outcome.",
        "Log what was done.",
        "",
        "Flag any deviation.",
        "Keep the order of the steps.",
    ),
}
