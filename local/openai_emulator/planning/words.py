"""Word banks of the emulator's fake world; every name is invented or a common word."""

from __future__ import annotations

FIRST_NAMES = tuple(
    "Marta Jonas Aiko Lena Omar Priya Tomas Ines Noah Yara Felix Nadia Emil Chloe Ravi Sofia Hugo Mina Oscar"
    " Leila Victor Hana Pablo Greta Idris Clara Anton Zoe Mateo Freya Kofi Elena Bruno Salma Nils Amara Dario"
    " Petra Owen Tessa".split()
)
LAST_NAMES = tuple(
    "Keller Lindqvist Tanaka Moreau Haddad Sharma Novak Duarte Fischer Osei Romano Petrov Jansen Okafor Walsh"
    " Molina Berg Castellan Ibarra Kowal Nakamura Sorensen Valdez Whitfield Arslan Brandt Costa Delgado Engel"
    " Farah Gruber Holm Ivers Jung Kaplan Lowe Mercer Nyberg Ortega Pryce".split()
)
COMPANIES = tuple(
    "Northfield Traders|Blue Harbor Logistics|Cedar & Pine Furniture|Lumen Clinics|Alto Bikes|Greenway Foods"
    "|Orchard Street Books|Silverline Travel|Kestrel Robotics|Mosaic Interiors|Tidewater Energy|Pinnacle Freight"
    "|Marigold Bakery|Quarry Lane Studios|Riverbend Hotels|Sunmill Textiles|Fable Toys|Granite Insurance"
    "|Juniper Health|Lantern Media|Meridian Labs|Oakfern School|Paper Kite Design|Redwood Credit|Saffron Kitchen"
    "|Thistle Farms|Umber Coffee|Velo Couriers|Westmark Realty|Yarrow Cosmetics".split("|")
)
CITIES = (
    ("Lisbon", "Portugal", "PT", "1100-148"),
    ("Porto", "Portugal", "PT", "4050-253"),
    ("Madrid", "Spain", "ES", "28013"),
    ("Valencia", "Spain", "ES", "46002"),
    ("Lyon", "France", "FR", "69002"),
    ("Nantes", "France", "FR", "44000"),
    ("Hamburg", "Germany", "DE", "20095"),
    ("Leipzig", "Germany", "DE", "04109"),
    ("Vienna", "Austria", "AT", "1010"),
    ("Zurich", "Switzerland", "CH", "8001"),
    ("Turin", "Italy", "IT", "10121"),
    ("Bologna", "Italy", "IT", "40121"),
    ("Utrecht", "Netherlands", "NL", "3511 AD"),
    ("Ghent", "Belgium", "BE", "9000"),
    ("Aarhus", "Denmark", "DK", "8000"),
    ("Gothenburg", "Sweden", "SE", "411 03"),
    ("Bergen", "Norway", "NO", "5003"),
    ("Tampere", "Finland", "FI", "33100"),
    ("Krakow", "Poland", "PL", "31-042"),
    ("Brno", "Czechia", "CZ", "602 00"),
    ("Bristol", "United Kingdom", "GB", "BS1 4DJ"),
    ("Leeds", "United Kingdom", "GB", "LS1 4AP"),
    ("Cork", "Ireland", "IE", "T12 XF62"),
    ("Toronto", "Canada", "CA", "M5H 2N2"),
    ("Denver", "United States", "US", "80202"),
    ("Portland", "United States", "US", "97204"),
    ("Austin", "United States", "US", "78701"),
    ("Osaka", "Japan", "JP", "530-0001"),
    ("Pune", "India", "IN", "411001"),
    ("Sydney", "Australia", "AU", "2000"),
)
STREETS = tuple(
    "Mill Lane|Station Road|Harbour Street|Elm Avenue|Market Square|Garden Row|Bridge Street".split("|")
)
PRODUCTS = tuple(
    "desk lamp|running shoes|espresso grinder|rain jacket|standing desk|trail backpack|wireless headset|water bottle"
    "|ceramic mug|garden hose|camping tent|office chair|yoga mat|travel adapter|cast-iron pan|picture frame|bike helmet"
    "|reading glasses|winter gloves|board game|table fan|linen shirt|tool box|toaster".split("|")
)
TOPICS = tuple(
    "spring campaign|quarterly review|warehouse move|customer onboarding|summer sale|pricing update|supplier audit"
    "|holiday schedule|product launch|churn analysis|travel policy|night shift roster|website relaunch|loyalty program"
    "|returns backlog|budget planning|field service|trade fair|newsletter|energy savings|stock count|data clean-up"
    "|contract renewal|training week|market research|quality check|support handover|invoice run|partner review"
    "|delivery delays".split("|")
)
ADJECTIVES = tuple(
    "urgent quiet early northern updated weekly blue second final joint local annual shared open small express direct"
    " main spare green monthly digital central remote".split()
)
DEPARTMENTS = tuple(
    "sales|support|finance|logistics|marketing|procurement|operations|people|quality|research|legal|facilities".split(
        "|"
    )
)
COLORS = tuple("blue green red black white grey navy olive coral amber".split())
LANGUAGES = tuple("en de fr es pt it nl sv pl ja".split())
CURRENCIES = tuple("EUR USD GBP CHF SEK CAD JPY AUD".split())
TIME_ZONES = ("Europe/Lisbon", "Europe/Berlin", "America/Denver", "Asia/Tokyo", "Europe/Stockholm", "UTC")
STATUS_WORDS = tuple("open active pending closed archived approved draft paused".split())
WEEKDAYS = tuple("Monday Tuesday Wednesday Thursday Friday".split())
MONTHS = tuple(
    "January February March April May June July August September October November December".split()
)
SERVICES = tuple("billing checkout search booking reporting mail payments accounts catalog support".split())
FIELDS = tuple("title status price category author language created_at updated_at owner size".split())
METRICS = tuple("requests errors latency cpu_percent memory_percent sessions conversions uptime".split())
AUDIENCES = tuple("students families commuters newcomers retirees regulars".split())
QUESTIONS = (
    "{topic} in {city}",
    "who decides on the {topic}",
    "what did the {topic} cost",
    "how do we return the {product}",
    "opening hours in {city}",
    "open points of the {topic}",
    "what {company} promised about the {topic}",
    "latest news on the {topic}",
    "prices of the {product}",
    "is the {product} in stock in {city}",
)
REMARKS = (
    "Agreed with {person}",
    "Part of the {topic}",
    "{person} asked for it",
    "Came up in the {topic}",
    "To be checked again after the {topic}",
    "{person} is looking into it",
)
MESSAGES = (
    "News on the {topic} in {city}",
    "The {topic} of {company} starts soon",
    "{person} answers questions about the {topic}",
    "Everything about the {topic} in one place",
    "Please send your part of the {topic} to {person}",
    "Thank you for your help with the {topic} in {city}",
)
MANNERS = (
    "in two sentences at most",
    "politely and briefly",
    "with the source of each figure",
    "in plain words",
)
