"""Sentences and parts of sentences of which tasks are made, by register."""

from __future__ import annotations

OPENERS: dict[str, tuple[str, ...]] = {
    "terse": (
        "Please",
        "Need you to",
        "To do for {company}:",
        "{topic}:",
        "Today:",
        "For {person}:",
        "Next job,",
        "Quick one,",
        "{city} office:",
        "Open item,",
    ),
    "formal": (
        "I would be grateful if you could",
        "On behalf of {company}, I ask you to",
        "Kindly",
        "May I ask you to",
        "The {department} department requests that you",
        "With regard to the {topic}, please",
        "For our {city} branch, please",
        "{person} has instructed me to have you",
    ),
    "chatty": (
        "Hey, could you",
        "Hi there, can you please",
        "So, for the {topic} I'd love you to",
        "Morning! Would you",
        "Quick favour for {person}: please",
        "Ok, we're deep in the {topic} here in {city}, so please",
        "I promised {person} that we'd",
        "Could you do me a favour and",
        "Right, {company} is waiting, so let's",
    ),
    "expert": (
        "For the {topic}, I need you to",
        "Requirement from {department}:",
        "We have to",
        "As part of the {topic},",
        "Work order for {company}:",
        "Objective:",
        "For the {city} site we must",
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
JOINS = ("with", "using", "going by", "based on", "taking")
CONTEXTS = (
    "It is for the {topic} at {company}.",
    "This concerns {person} from {company}.",
    "We do this for the {city} office.",
    "{person} in {department} is waiting for it.",
    "The {topic} depends on it.",
    "I need it by {weekday}, {date}.",
    "{company} wants it settled before {date}.",
    "It came up in the {topic} meeting on {date}.",
    "The {department} team in {city} will pick it up from there.",
    "Background: {person} is running the {topic} until {date}.",
    "It is about the {product} business of {company}.",
    "{person} will look at the outcome on {weekday}.",
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
SEEDS = (
    "The overall aim is this: {seed}.",
    "What we are after: {seed}.",
    "In short, {seed}.",
    "Our goal here: {seed}.",
    "Starting point for the {topic}: {seed}.",
)
