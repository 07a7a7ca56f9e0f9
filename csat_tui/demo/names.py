"""Invented people, places and meals, so that nothing in the demo belongs to a real person."""

BRAND = "Larder & Lane"
MARKET = "Larder & Lane Market"

FIRST_NAMES = (
    "Mira", "Tobin", "Adaeze", "Ilse", "Rowan", "Kenji", "Lucía", "Bram", "Noor", "Petra", "Oisín", "Yara",
    "Dagny", "Theo", "Imani", "Sacha", "Wren", "Anneke", "Farid", "Greta", "Hugo", "Ines", "Jonas", "Kaia",
    "Leif", "Maud", "Nadia", "Orla", "Pavel", "Quinn", "Rosa", "Stellan", "Tamsin", "Uma", "Viggo", "Willa",
    "Xenia", "Yusuf", "Zelda", "Amos", "Beatrix", "Cleo", "Dario", "Elin", "Femi", "Gwen", "Halima", "Ivo",
)  # fmt: skip

SURNAMES = (
    "Kestrow", "Vandermoor", "Tallowby", "Okonjari", "Silvermere", "Brackendale", "Quillfeather", "Harrowgate",
    "Mossinger", "Pennywhit", "Larkhollow", "Dunmarrow", "Estervale", "Fennimoor", "Gorsewick", "Hallowell",
    "Inverlark", "Juniperson", "Kettlewood", "Lindqvale", "Marchbanker", "Nettlefold", "Oakenshire", "Plumridge",
    "Quarrington", "Rushmeadow", "Saltmarsh", "Thistleby", "Underhollow", "Vexholm", "Wintermarch", "Yarrowden",
)  # fmt: skip

CITIES = (
    "Alder Falls", "Brookhaven Mills", "Cinder Bay", "Dunlin", "East Marrow", "Fallowfield", "Grayling",
    "Hartsmere", "Iron Ferry", "Juniper Point", "Kestrel Ridge", "Larkspur", "Millbrook Vale", "North Tansy",
)  # fmt: skip

MEALS = (
    ("Miso salmon with greens", "13.49"),
    ("Chicken thighs in mole", "12.49"),
    ("Lemon orzo with peas", "10.99"),
    ("Beef and barley stew", "12.99"),
    ("Chickpea korma", "10.49"),
    ("Turkey meatballs, red sauce", "11.99"),
    ("Smoky lentil chili", "9.99"),
    ("Prawn laksa", "13.99"),
    ("Mushroom stroganoff", "10.99"),
    ("Harissa cauliflower bowl", "10.49"),
    ("Pork carnitas plate", "12.49"),
    ("Spinach gnocchi bake", "10.99"),
)

SKUS = {meal: f"LL-M{1_040 + 17 * place}" for place, (meal, _) in enumerate(MEALS)}
"""The number under which the kitchen keeps each meal."""

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CODES = ("WELCOME20", "AUTUMN20", "COMEBACK20", "NEIGHBOR20")
