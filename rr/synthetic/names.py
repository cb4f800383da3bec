"""Invented names of people, places and streets. Many differ, so that searches and lists meet what a real country holds."""

import random
from collections.abc import Collection


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST = _words(
    """
    Aaliyah Abdul Adele Agnieszka Ahmed Aileen Aisha Alan Alice Amara Amina Andrew Angela Anita Anjali Ann Anwen Arthur Ashok Ayo
    Barbara Bashir Ben Bernadette Beth Bilal Brenda Brian Bronwen Caitlin Callum Carol Catherine Charlie Cheryl Chidi Chloë
    Christine Ciarán Claire Clive Colin Courtney Daisy Daniel Danuta Darren David Dawn Debbie Deepak Denise Derek Devon Diane Doreen
    Duncan Dylan Ebony Edith Eileen Elaine Elif Ellie Emeka Emma Ewa Farah Fatima Femi Fergus Fiona Frank Gail Gareth Gary Gavin
    George Geraint Glenys Grace Graham Grzegorz Gurpreet Gwen Habiba Hamza Hannah Harjit Harold Harun Hazel Heather Helen Hope Hugh
    Hussain Ian Ibrahim Imani Imran Ines Irene Iris Ismail Ivy Jacqueline Jade Jahid James Janet Jasmine Jean Jen Jerome Joan Jodie
    John Jordan Josie Joy Julie Kamal Karen Karim Kayleigh Keith Kelly Kerry Kevin Khadija Kofi Krystyna Kwame Lakshmi Laura Lee
    Leila Lena Leroy Li Liam Lina Linda Lisa Lorna Lorraine Louise Luca Lynn Magda Malcolm Malik Manjit Marcia Margaret Maria Mark
    Martin Mary Maureen Mei Melissa Michael Miriam Mo Mohammed Moira Monique Nadia Nasreen Natalie Ngozi Nia Niamh Nicola Nigel
    Nisha Norman Olive Oliver Olu Omar Owen Pamela Pat Patience Paul Pauline Peter Phil Piotr Pradeep Priya Rachel Rajesh Ravi Ray
    Rebecca Rhys Rita Robert Roger Ros Rosa Rosemary Ruth Saida Sal Sam Samina Sandra Sanjay Sarah Seán Sharon Sheila Shirley
    Shabnam Siân Simon Sophie Stacey Stephen Sue Sunita Susan Tamsin Tariq Tendai Teresa Tess Thelma Thomas Tina Tomasz Tony Tracey
    Trevor Una Usha Valerie Vera Veronica Victor Vijay Vincent Wanda Wayne Wendy Wes Winston Yasmin Yusuf Yvonne Zainab Zara Zoë
    Zofia
    """
)
LAST = _words(
    """
    Abbott Abdi Acheampong Adams Adebayo Ahmed Akhtar Ali Allen Anderson Appleby Armitage Armstrong Arnold Asante Ashworth Atkinson
    Bailey Bains Baker Banerjee Banks Barker Barnes Begum Bell Bennett Bhatt Birch Blackburn Blake Boateng Booth Bowen Bradley
    Brennan Brown Burgess Butler Butterworth Byrne Calvert Campbell Carr Carter Chadwick Chan Chapman Chatterjee Chaudhry Chen
    Clarke Clegg Cole Collins Connolly Cooper Crossley Crowther Cunningham Dahl Dale Daly Das Davies Davis Dawson Dean Desai Dhillon
    Dixon Dobson Doherty Donnelly Doyle D'Souza Duffy Duncan Dunn Edwards Ellis Entwistle Evans Farooq Farrell Fernandes Fielding
    Fisher Fitzgerald Fletcher Ford Foster Fox Francis Fraser Garner Gibson Gill Gordon Graham Grant Green Greenwood Griffiths Gupta
    Hall Hamilton Hargreaves Harris Harrison Hart Hassan Haynes Hewitt Higgins Hill Hodgson Holden Holroyd Holt Hopkins Horvat
    Howarth Howell Hughes Hunt Hussain Hutchinson Hyde Ibrahim Iqbal Islam Jackson Jagger James Jarvis Jenkins Johnson Jones Joseph
    Kaczmarek Kang Kaur Kay Kelly Kemp Kennedy Khan King Kirk Knight Kowalska Kumar Lamb Lane Lawson Lee Lewandowski Lewis Li Lister
    Lloyd Lord Lowe Mahmood Malik Marsden Marsh Marshall Mason Matthews McCarthy McDonald McKenzie McLeod Mehta Mensah Metcalfe
    Mills Mirza Mitchell Mohamud Moore Morgan Morris Mukherjee Murphy Murray Mwangi Nair Naylor Newton Nguyen Nowak Nwosu O'Brien
    O'Connor O'Neill Oakley Obi Ogden Ojo Okafor Okoro Oldfield Olsen Osei Owen Owusu Palmer Parker Parmar Patel Pearson Pereira
    Perry Phillips Pickering Pollard Powell Price Pritchard Quinn Rafferty Rahman Rao Rashid Redmond Reid Reynolds Rhodes Richards
    Rigby Roberts Robinson Rogers Rose Rowe Russell Saleh Sandhu Saunders Schofield Scott Shah Sharma Shaw Sheikh Siddiqui Silva
    Simpson Singh Slater Smith Spencer Stephens Stewart Stone Sutcliffe Szymański Taylor Thapa Thomas Thompson Thornton Tolley
    Turner Uddin Usman Varley Verma Wade Walker Wallace Walsh Ward Watson Webb Whitaker White Whittle Wilkinson Williams Wilson Wood
    Woodhead Wong Wright Yates Yildiz Young Yusuf Zaman Zielinski
    """
)
BEGINS = _words(
    """
    Ald Ash Ave Bar Beck Birch Brad Bram Brier Broad Burn Carl Chal Clay Cran Dal Dun East Elm Fair Fen Garth Green Grim Hart Hazel Hol
    Kes Lang Lind Mar Mel Mill Nor Oak Pen Rad Rush Sal Sed Staple Strat Thorn Wal Wel Whit Wick Win Wood
    """
)
ENDS = _words("bourne brook bury by combe cott dale den don field ford ham hurst leigh ley low mere more over shaw stead thorpe ton well")
STEMS = tuple(begins + ends for begins in BEGINS for ends in ENDS)
BEFORE = ("", "", "", "North ", "South ", "East ", "West ", "Upper ", "Lower ", "Great ", "Little ", "Old ", "New ", "Central ")
AFTER = (
    *("", " Big Local", " and District", " by the Sea", " Together", " Villages", " Parish", " Road", " Park", " Quays", " Moor"),
    *(" Green", " Estate", " Heath", " Cross", " Hill", " Fields", " Bridge", " Gardens", " Road and Canalside", " Town", " Village"),
)
STREETS = tuple(f"{stem} {kind}" for stem in STEMS[::7] for kind in ("Road", "Street", "Close", "Lane"))


def person_name(rng: random.Random) -> str:
    """A first and a last name; one last name in fifteen is double-barrelled."""
    last = rng.choice(LAST)
    if rng.random() < 1 / 15:
        last = f"{last}-{rng.choice(LAST)}"
    return f"{rng.choice(FIRST)} {last}"


def area_name(rng: random.Random) -> str:
    """A part of a town as people call it. Some 250,000 differ; two calls may give the same one."""
    return f"{rng.choice(BEFORE)}{rng.choice(STEMS)}{rng.choice(AFTER)}"


def area_names(rng: random.Random, many: int, *, other_than: Collection[str]) -> list[str]:
    """So many names of areas, each once, and none of those that are taken."""
    found: dict[str, None] = {}
    while len(found) < many:
        name = area_name(rng)
        if name not in other_than:
            found[name] = None
    return list(found)
