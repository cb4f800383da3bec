"""Dates in a captured line: a value is right, or the words stay as typed and a sentence says so."""

import re
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product

import pytest

from rr.days import say
from rr.sessions.capture.parser import KnownContact, ParsedLine, ParsedSupport, date_not_understood, parse
from rr.sessions.rules import CaptureKind

DAYS = (date(2026, 11, 25), date(2026, 12, 30), date(2027, 2, 28))  # two Wednesdays, and the last day of a February without a 29th
CONTACTS = (KnownContact(1, "June Tolley", "secretary"),)


def unread(words):
    return f"No date understood: “{words}” stayed as typed."


# Line, text and date (for each of the days, or for all; "-" none), and the remark (likewise). Without a date the text is the line.
LINES = (
    # Counted from a day or from today
    ("Ring the council a week on Friday", "Ring the council", "4/12/26 8/1/27 12/3/27"),
    ("Ring the council Friday week", "Ring the council", "4/12/26 8/1/27 12/3/27"),
    ("Ring the council a fortnight on Monday", "Ring the council", "14/12/26 18/1/27 15/3/27"),
    ("Ring the council tomorrow week", "Ring the council", "3/12/26 7/1/27 8/3/27"),
    ("Ring Tuesday's people Monday week", "Ring Tuesday's people", "7/12/26 11/1/27 8/3/27"),
    ("Ring the council by Sunday week", "Ring the council", "6/12/26 10/1/27 14/3/27"),
    ("Ring the council Tuesday fortnight", "Ring the council", "15/12/26 19/1/27 16/3/27"),
    ("Ring the council a fortnight today", "Ring the council", "9/12/26 13/1/27 14/3/27"),
    ("Ring the council 2 weeks on Tuesday", "Ring the council", "15/12/26 19/1/27 16/3/27"),
    ("Ring the council two weeks from Monday", "Ring the council", "14/12/26 18/1/27 15/3/27"),
    ("Ring the council a week tomorrow", "Ring the council", "3/12/26 7/1/27 8/3/27"),
    ("Ring the council six weeks today", "Ring the council", "6/1/27 10/2/27 11/4/27"),
    ("Ring the council three months today", "Ring the council", "25/2/27 30/3/27 28/5/27"),
    ("Ring the council in a week's time", "Ring the council", "2/12/26 6/1/27 7/3/27"),
    ("Ring the council in a month's time", "Ring the council", "25/12/26 30/1/27 28/3/27"),
    ("Ring the council in a day's time", "Ring the council", "26/11/26 31/12/26 1/3/27"),
    ("Ring the council in six weeks", "Ring the council", "6/1/27 10/2/27 11/4/27"),
    ("Ring the council in 6 weeks time about the lease", "Ring the council about the lease", "6/1/27 10/2/27 11/4/27"),
    ("Ring the council in six months’ time", "Ring the council", "25/5/27 30/6/27 28/8/27"),
    ("Ring the council in the next two weeks", "Ring the council", "9/12/26 13/1/27 14/3/27"),
    ("Ring the council a month from today", "Ring the council", "25/12/26 30/1/27 28/3/27"),
    ("Ring the council the day after tomorrow", "Ring the council", "27/11/26 1/1/27 2/3/27"),
    ("Ring the council tomorrow morning", "Ring the council", "26/11/26 31/12/26 1/3/27"),
    ("Ring the council first thing tomorrow", "Ring the council", "26/11/26 31/12/26 1/3/27"),
    ("Ring the council today", "Ring the council", "25/11/26 30/12/26 28/2/27"),
    ("Ring the council by tonight", "Ring the council", "25/11/26 30/12/26 28/2/27"),
    ("Ring the council this evening", "Ring the council", "25/11/26 30/12/26 28/2/27"),
    ("Ring the council in 0 days", "Ring the council", "25/11/26 30/12/26 28/2/27"),
    # In a week or a month
    ("Ring the council Friday next week", "Ring the council", "4/12/26 8/1/27 5/3/27"),
    ("Ring the council on Friday of next week", "Ring the council", "4/12/26 8/1/27 5/3/27"),
    ("Ring the council next week Friday", "Ring the council", "4/12/26 8/1/27 5/3/27"),
    ("Ring the council early next week", "Ring the council", "2/12/26 6/1/27 3/3/27", "“early next week” was taken as Wednesday {due}."),
    ("RING THE COUNCIL EARLY NEXT WEEK", "RING THE COUNCIL", "2/12/26 6/1/27 3/3/27", "“EARLY NEXT WEEK” was taken as Wednesday {due}."),
    ("Ring the council mid next week", "Ring the council", "2/12/26 6/1/27 3/3/27", "“mid next week” was taken as Wednesday {due}."),
    ("Ring the council late next week", "Ring the council", "4/12/26 8/1/27 5/3/27", "“late next week” was taken as Friday {due}."),
    (
        "Ring the council later this week",
        "Ring the council",
        "27/11/26 1/1/27 -",
        (
            "“later this week” was taken as Friday {due}.",
            "“later this week” was taken as Friday {due}.",
            "26 February 2027 has passed, so no date was set.",
        ),
    ),
    ("Ring the council this week", "Ring the council", "27/11/26 1/1/27 -", ("", "", "This week's Friday has passed, so no date was set.")),
    ("Ring the council some time next week", "Ring the council", "4/12/26 8/1/27 5/3/27"),
    ("Ring the council this time next week", "Ring the council", "2/12/26 6/1/27 7/3/27"),
    ("Ring the council at the same time next week", "Ring the council", "2/12/26 6/1/27 7/3/27"),
    ("Same time next month: ring the council", "ring the council", "25/12/26 30/1/27 28/3/27"),
    ("Ring the council this time tomorrow", "Ring the council", "26/11/26 31/12/26 1/3/27"),
    ("Ring the council a week come Friday", "Ring the council", "4/12/26 8/1/27 12/3/27"),
    ("Ring the council by 14-Mar-27", "Ring the council", "14/3/27"),
    ("Ring the council on Sun 14-March-2027", "Ring the council", "14/3/27"),
    ("Ring the council by 14-Mar", "Ring the council", "14/3/27"),
    ("Ring the council 14 March 15:00", "Ring the council 15:00", "14/3/27"),
    ("Ring the council 1st thing tomorrow", "Ring the council", "26/11/26 31/12/26 1/3/27"),
    ("Ring the council by EOM", "Ring the council", "30/11/26 31/12/26 28/2/27"),
    ("Ring the council the week after next", "Ring the council", "11/12/26 15/1/27 12/3/27"),
    (
        "Ring the council by the end of this week",
        "Ring the council",
        "27/11/26 1/1/27 -",
        ("", "", "This week's Friday has passed, so no date was set."),
    ),
    ("Ring the council by the end of the week", "Ring the council", "27/11/26 1/1/27 5/3/27"),
    ("Ring the council by end of month", "Ring the council", "30/11/26 31/12/26 28/2/27"),
    ("Ring the council by month end", "Ring the council", "30/11/26 31/12/26 28/2/27"),
    ("Ring the council by the end of next month", "Ring the council", "31/12/26 31/1/27 31/3/27"),
    ("Ring the council next month", "Ring the council", "31/12/26 31/1/27 31/3/27"),
    ("Ring the council this month", "Ring the council", "30/11/26 31/12/26 28/2/27"),
    ("Ring the council the month after next", "Ring the council", "31/1/27 28/2/27 30/4/27"),
    ("Ring the council by the end of the year", "Ring the council", "31/12/26 31/12/26 31/12/27"),
    # Days of the week
    ("Ring the council by Weds", "Ring the council", "2/12/26 6/1/27 3/3/27"),
    ("Ring the council Thurs", "Ring the council", "26/11/26 31/12/26 4/3/27"),
    ("Ring the council on Sat", "Ring the council", "28/11/26 2/1/27 6/3/27"),
    ("Ring the council on sat with Asha", "Ring the council with Asha", "28/11/26 2/1/27 6/3/27"),
    ("Ring the council next sat", "Ring the council", "28/11/26 2/1/27 6/3/27"),
    ("Ring the council this sun", "Ring the council", "29/11/26 3/1/27 7/3/27"),
    ("Ring the council first thing on Monday", "Ring the council", "30/11/26 4/1/27 1/3/27"),
    ("Ring the council by Friday at the latest", "Ring the council", "27/11/26 1/1/27 5/3/27"),
    ("Ring the council by Friday latest", "Ring the council", "27/11/26 1/1/27 5/3/27"),
    ("Ring the council no later than Friday", "Ring the council", "27/11/26 1/1/27 5/3/27"),
    ("Ring the council by close of play on Friday", "Ring the council", "27/11/26 1/1/27 5/3/27"),
    ("Ring the council by the end of Friday", "Ring the council", "27/11/26 1/1/27 5/3/27"),
    ("Ring the council sometime before Friday", "Ring the council", "27/11/26 1/1/27 5/3/27"),
    ("Ring the council any time on Friday", "Ring the council", "27/11/26 1/1/27 5/3/27"),
    ("Ring the council til Friday", "Ring the council", "27/11/26 1/1/27 5/3/27"),
    ("Ring the council due Friday", "Ring the council", "27/11/26 1/1/27 5/3/27"),
    ("Ring the council on Friday after lunch", "Ring the council after lunch", "27/11/26 1/1/27 5/3/27"),
    ("Ring the council by noon on Friday", "Ring the council by noon", "27/11/26 1/1/27 5/3/27"),
    ("Ring the council on Friday at 7.30pm", "Ring the council at 7.30pm", "27/11/26 1/1/27 5/3/27"),
    ("Postpone until Friday", "Postpone", "27/11/26 1/1/27 5/3/27"),
    # A day's number
    (
        "Ring the council by Friday 11th",
        "Ring the council",
        "11/12/26 - -",
        (
            "",
            "11 January 2027 is a Monday, so no date was set: write the month too.",
            "11 March 2027 is a Thursday, so no date was set: write the month too.",
        ),
    ),
    (
        "Ring the council Friday the 11th",
        "Ring the council",
        "11/12/26 - -",
        (
            "",
            "11 January 2027 is a Monday, so no date was set: write the month too.",
            "11 March 2027 is a Thursday, so no date was set: write the month too.",
        ),
    ),
    ("Ring the council Friday 11", "Ring the council", "11/12/26 - -", ("", unread("Friday"), unread("Friday"))),
    (
        "Ring the council by Monday 30th",
        "Ring the council",
        "30/11/26 - -",
        (
            "",
            "30 December 2026 is a Wednesday, so no date was set: write the month too.",
            "30 March 2027 is a Tuesday, so no date was set: write the month too.",
        ),
    ),
    ("Ring the council by the 11th", "Ring the council", "11/12/26 11/1/27 11/3/27"),
    ("By the 11th ring the council", "ring the council", "11/12/26 11/1/27 11/3/27"),
    ("Ring the council by 3rd", "Ring the council", "3/12/26 3/1/27 3/3/27"),
    ("Ring the council on the 3rd", "Ring the council", "3/12/26 3/1/27 3/3/27"),
    ("Ring the council by the 31st", "Ring the council", "31/12/26 31/12/26 31/3/27"),
    ("Ring the council by the 5th of next month", "Ring the council", "5/12/26 5/1/27 5/3/27"),
    ("Ring the council first Monday in March", "Ring the council", "1/3/27"),
    ("Ring the council on the first Monday in March", "Ring the council", "1/3/27"),
    ("Ring the council last Friday of January", "Ring the council", "29/1/27 29/1/27 28/1/28"),
    ("Ring the council on the last Friday of the month", "Ring the council", "27/11/26 29/1/27 26/3/27"),
    ("Ring the council on the last Friday of next month", "Ring the council", "25/12/26 29/1/27 26/3/27"),
    ("Ring the council 2nd Tuesday of March 2028", "Ring the council", "14/3/28"),
    ("Ring the council fifth Monday in February", "", "", "There is no fifth Monday in that month."),
    # Day and month
    ("Ring the council by 14/3", "Ring the council", "14/3/27"),
    ("Ring the council 14/3", "Ring the council", "14/3/27"),
    ("Ring the council on 3/4", "Ring the council", "3/4/27"),
    ("Ring the council Sun 14/3", "Ring the council", "14/3/27"),
    ("Ring the council Fri 14/3/27", "Ring the council", "14/3/27", "{due} is a Sunday: is the date right?"),
    ("Ring the council 14.3.27", "Ring the council", "14/3/27"),
    ("Ring the council 14-3-27", "Ring the council", "14/3/27"),
    ("Ring the council 14-03-2027", "Ring the council", "14/3/27"),
    ("Ring the council 14 / 3 / 27", "Ring the council", "14/3/27"),
    ("Ring the council 2027-03-14", "Ring the council", "14/3/27"),
    ("Ring the council 14 March '27", "Ring the council", "14/3/27"),
    ("Ring the council 14 March ’27", "Ring the council", "14/3/27"),
    ("Ring the council by 14 March 27", "Ring the council", "14/3/27"),
    ("Ring the council by 14 March 40 leaflets", "Ring the council 40 leaflets", "14/3/27"),
    ("Ring the council 14March", "Ring the council", "14/3/27"),
    ("Ring the council on or before 14 March", "Ring the council", "14/3/27"),
    ("Ring the council by the 29 March", "Ring the council", "29/3/27"),
    ("Ring the council March the 3rd", "Ring the council", "3/3/27"),
    ("Ring the council 3rd of Feb", "Ring the council", "3/2/27 3/2/27 3/2/28"),
    ("Ring the council Feb 3rd", "Ring the council", "3/2/27 3/2/27 3/2/28"),
    ("Ring the council Feb 3", "Ring the council", "3/2/27 3/2/27 3/2/28"),
    ("Ring the council by Jan 27", "Ring the council", "27/1/27 27/1/27 27/1/28"),
    ("Ring the council on the first of March", "Ring the council", "1/3/27"),
    ("Ring the council by the twenty-first of January", "Ring the council", "21/1/27 21/1/27 21/1/28"),
    ("Ring the council Sept. 3rd", "Ring the council", "3/9/27"),
    ("Ring the council 3 Dec. with Asha", "Ring the council with Asha", "3/12/26 3/12/27 3/12/27"),
    ("Ring the council by 3 Dec. Then ask Asha", "Ring the council. Then ask Asha", "3/12/26 3/12/27 3/12/27"),
    (
        "Ring the council Sat 12 Dec",
        "Ring the council",
        "12/12/26 12/12/27 12/12/27",
        ("", "{due} is a Sunday: is the date right?", "{due} is a Sunday: is the date right?"),
    ),
    (
        "Ring the council on Weds 9 December",
        "Ring the council",
        "9/12/26 9/12/27 9/12/27",
        ("", "{due} is a Thursday: is the date right?", "{due} is a Thursday: is the date right?"),
    ),
    (
        "Ring the council Friday, 27 November",
        "Ring the council",
        "27/11/26 27/11/27 27/11/27",
        ("", "{due} is a Saturday: is the date right?", "{due} is a Saturday: is the date right?"),
    ),
    (
        "Ring the council by Friday the 27th of November, 2026",
        "Ring the council",
        "27/11/26 - -",
        ("", "27 November 2026 has passed, so no date was set.", "27 November 2026 has passed, so no date was set."),
    ),
    ("Ring the council 29 February", "Ring the council", "29/2/28"),
    ("Ring the council by 29 February 2028", "Ring the council", "29/2/28"),
    ("Apply to the fund, deadline is 14 March", "Apply to the fund", "14/3/27"),
    ("Apply to the fund: closing date 14 March", "Apply to the fund", "14/3/27"),
    # Months
    ("Ring the council by April 2027", "Ring the council", "30/4/27"),
    ("Ring the council by Jan '27", "Ring the council", "31/1/27 31/1/27 -", ("", "", "31 January 2027 has passed, so no date was set.")),
    ("Ring the council in May", "Ring the council", "31/5/27"),
    ("Ring the council some time in May", "Ring the council", "31/5/27"),
    ("Ring the council before May", "Ring the council", "30/4/27"),
    ("Ring the council until May", "Ring the council", "31/5/27"),
    (
        "Ring the council next May",
        "Ring the council",
        "31/5/27 31/5/27 -",
        ("", "", "“next May” may be this year's or next year's, so no date was set: write the year."),
    ),
    (
        "Ring the council next December",
        "Ring the council",
        "- 31/12/27 -",
        (
            "“next December” may be this year's or next year's, so no date was set: write the year.",
            "",
            "“next December” may be this year's or next year's, so no date was set: write the year.",
        ),
    ),
    (
        "Ring the council this March",
        "Ring the council",
        "- - 31/3/27",
        ("31 March 2026 has passed, so no date was set.", "31 March 2026 has passed, so no date was set.", ""),
    ),
    ("Ring the council mid March", "Ring the council", "15/3/27"),
    ("Ring the council in mid-March", "Ring the council", "15/3/27"),
    ("Ring the council start of March", "Ring the council", "1/3/27"),
    ("Ring the council at the end of March", "Ring the council", "31/3/27"),
    ("Ring the council by end Nov", "Ring the council", "30/11/26 30/11/27 30/11/27"),
    ("Asha may help in May", "Asha may help", "31/5/27"),
    ("The sun may come in March", "The sun may come", "31/3/27"),
    ("march on the council in May", "march on the council", "31/5/27"),
    # England's named days
    ("Ring the council by Christmas", "Ring the council", "25/12/26 25/12/27 25/12/27"),
    ("By Christmas ring the council", "ring the council", "25/12/26 25/12/27 25/12/27"),
    ("Ring the council before Xmas", "Ring the council", "25/12/26 25/12/27 25/12/27"),
    ("Ring the council by Christmas Day", "Ring the council", "25/12/26 25/12/27 25/12/27"),
    ("Ring the council on Boxing day", "Ring the council", "26/12/26 26/12/27 26/12/27"),
    ("Ring the council on Boxing Day bank holiday", "Ring the council", "28/12/26 28/12/27 28/12/27"),
    ("Ring the council by New Year's Day", "Ring the council", "1/1/27 1/1/27 1/1/28"),
    ("Ring the council on New Year’s Day", "Ring the council", "1/1/27 1/1/27 1/1/28"),
    ("Ring the council on Good Friday", "Ring the council", "26/3/27"),
    ("Ring the council on Easter Monday", "Ring the council", "29/3/27"),
    ("Ring the council on Easter Monday 2028", "Ring the council", "17/4/28"),
    ("Ring the council on Easter Sunday", "Ring the council", "28/3/27"),
    ("Ring the council by Easter", "Ring the council", "28/3/27", "“Easter” was taken as Sunday {due}."),
    ("Ring the council bank holiday Monday", "Ring the council", "28/12/26 29/3/27 29/3/27"),
    ("Ring the council on bank holiday Monday", "Ring the council", "28/12/26 29/3/27 29/3/27"),
    ("Ring the council on the next bank holiday", "Ring the council", "25/12/26 1/1/27 26/3/27"),
    ("Ring the council early May bank holiday", "Ring the council", "3/5/27"),
    ("Ring the council by the spring bank holiday", "Ring the council", "31/5/27"),
    ("Ring the council before the August bank holiday", "Ring the council", "30/8/27"),
    # Where a date is taken out, nothing is left of it
    ("By Friday, ring the council", "ring the council", "27/11/26 1/1/27 5/3/27"),
    ("Friday: ring the council", "ring the council", "27/11/26 1/1/27 5/3/27"),
    ("Friday - ring the council", "ring the council", "27/11/26 1/1/27 5/3/27"),
    ("Tomorrow ring the council", "ring the council", "26/11/26 31/12/26 1/3/27"),
    ("Next Friday ring the council", "ring the council", "27/11/26 1/1/27 5/3/27"),
    ("Ring the council (by Friday)", "Ring the council", "27/11/26 1/1/27 5/3/27"),
    ("Ring the council (Friday, at the hall)", "Ring the council (at the hall)", "27/11/26 1/1/27 5/3/27"),
    ("Ring the council – by Friday – about it", "Ring the council – about it", "27/11/26 1/1/27 5/3/27"),
    ("Ring the council - Friday", "Ring the council", "27/11/26 1/1/27 5/3/27"),
    ("Ring the council, Friday.", "Ring the council.", "27/11/26 1/1/27 5/3/27"),
    ("Ring the council and by Friday", "Ring the council", "27/11/26 1/1/27 5/3/27"),
    ("Ring the council by Friday!", "Ring the council!", "27/11/26 1/1/27 5/3/27"),
    # Two dates
    ("Send notes from Monday by Friday", "Send notes from Monday", "27/11/26 1/1/27 5/3/27"),
    (
        "Draft it on Friday and print it on 18 January",
        "Draft it on Friday and print it",
        "18/1/27 18/1/27 18/1/28",
        "More than one date: “on 18 January” was taken.",
    ),
    (
        "Draft by Friday, print by 18 January",
        "Draft by Friday, print",
        "18/1/27 18/1/27 18/1/28",
        "More than one date: “by 18 January” was taken.",
    ),
    (
        "Write up the 14 March meeting by end of May",
        "Write up the 14 March meeting",
        "31/5/27",
        "More than one date: “by end of May” was taken.",
    ),
    ("Ring the council by 31 June or Friday", "", "", "There is no 31 June."),
    # A day that something comes from, or is about
    ("Type up notes from Monday", "", "", unread("Monday")),
    ("Type up notes from 14 March", "", "", unread("14 March")),
    ("Send a reply from 3 November", "", "", unread("3 November")),
    ("Answer the letter dated 3 November", "", "", unread("3 November")),
    ("Ring everyone who joined since Monday", "", "", unread("Monday")),
    ("Ring the council after Friday", "", "", unread("Friday")),
    ("Ring those whom we met last Friday", "", "", unread("Friday")),
    ("Write up what we agreed on Friday", "", "", unread("Friday")),
    ("Ring the people we met today", "", "", unread("today")),
    ("Ring the council about Friday", "", "", unread("Friday")),
    ("Ring the council about 14 March", "", "", unread("14 March")),
    ("Write up the 14 March meeting", "", "", unread("14 March")),
    ("Write up the Friday club", "", "", unread("Friday")),
    ("Prepare for Thursday's meeting", "", "", unread("Thursday's")),
    ("Set up Saturday club", "", "", unread("Saturday")),
    ("Friday ring the council", "", "", unread("Friday")),
    ("Do not open before Friday", "", "", unread("Friday")),
    ("Don’t ring the council until Friday", "", "", unread("Friday")),
    ("Call on Asha Friday", "", "", unread("Friday")),
    ("Open for Carnival Saturday", "", "", unread("Saturday")),
    ("Move the meeting to 14 March", "", "", unread("14 March")),
    ("Answer Monday's letter", "", "", unread("Monday's")),
    ("Since 14 March we have grown", "", "", unread("14 March")),
    ("Minutes of 14 March", "", "", unread("14 March")),
    ("We met last Friday", "", "", unread("Friday")),
    ("Run the Friday club", "", "", unread("Friday")),
    ("What we learned today", "", "", unread("today")),
    # More of each kind
    (
        "Ring the council by Friday so that we can start in May",
        "Ring the council so that we can start in May",
        "27/11/26 1/1/27 5/3/27",
        "More than one date: “by Friday” was taken.",
    ),
    ("Ring the council on Friday about the lease", "Ring the council about the lease", "27/11/26 1/1/27 5/3/27"),
    ("Ring the council COP Friday", "Ring the council", "27/11/26 1/1/27 5/3/27"),
    ("Ring the council before Friday's meeting", "", "", unread("Friday's")),
    ("Ring the council the last Friday in the month", "Ring the council", "27/11/26 29/1/27 26/3/27"),
    ("Ring the council on the last day of March", "Ring the council", "31/3/27"),
    ("Ring the council on the first day of May", "Ring the council", "1/5/27"),
    ("Ring the council early in January", "Ring the council", "7/1/27 7/1/27 7/1/28"),
    ("Ring the council in the middle of March", "Ring the council", "15/3/27"),
    ("Ring the council towards the end of March", "Ring the council", "31/3/27"),
    ("Ring the council around mid March", "Ring the council", "15/3/27"),
    ("Ring the council after mid March", "", "", unread("mid March")),
    ("Ring the council from May", "", "", unread("from May")),
    ("Ring the council since May", "", "", unread("since May")),
    ("Ring the council by Monday am", "Ring the council", "30/11/26 4/1/27 1/3/27"),
    ("Ring the council by Monday 9am", "Ring the council 9am", "30/11/26 4/1/27 1/3/27"),
    ("Ring the council 9am Monday", "Ring the council 9am", "30/11/26 4/1/27 1/3/27"),
    ("Ring the council Mon", "Ring the council", "30/11/26 4/1/27 1/3/27"),
    ("Ring the council on Mon, Tues and Weds", "", "", unread("Mon")),
    ("Ring the council Mon-Fri", "", "", unread("Mon")),
    ("Ring the council Mon/Tues", "", "", unread("Mon")),
    ("Ring the council by Mon or Tues", "", "", unread("Mon")),
    ("Ring the council by latest 14 March", "Ring the council", "14/3/27"),
    ("Ring the council by the 14", "", "", unread("by the 14")),
    ("Ring the council by 14", "", ""),
    ("Ring the council 14th", "", "", unread("14th")),
    ("Ring the council by the 14th.", "Ring the council.", "14/12/26 14/1/27 14/3/27"),
    (
        "Ring the council by Tues 15th Dec",
        "Ring the council",
        "15/12/26 15/12/27 15/12/27",
        ("", "{due} is a Wednesday: is the date right?", "{due} is a Wednesday: is the date right?"),
    ),
    ("Ring the council 15/12 at 7pm", "Ring the council at 7pm", "15/12/26 15/12/27 15/12/27"),
    ("Ring the council by 15.12", "", "", unread("by 15.12")),
    ("Ring the council by 15-12", "", "", unread("by 15-12")),
    ("Ring the council 05/01", "", "", unread("05/01")),
    ("Ring the council by 5/1/28 or sooner", "Ring the council", "5/1/28"),
    ("Ring the council (5/1/28)", "Ring the council", "5/1/28"),
    ("Ring the council by 2027/05/01", "Ring the council", "1/5/27"),
    ("Ring the council by January 1, 2028", "Ring the council", "1/1/28"),
    ("Ring the council by 1 Jan, 2028, please", "Ring the council, please", "1/1/28"),
    ("Ring the council by the 1st of the month", "Ring the council", "1/12/26 1/1/27 1/3/27"),
    ("Ring the council by the first of the month", "Ring the council", "1/12/26 1/1/27 1/3/27"),
    ("Ring the council on the first", "", "", unread("on the first")),
    ("Ring the council next Weds", "Ring the council", "2/12/26 6/1/27 3/3/27"),
    ("Ring the council on the coming Friday", "Ring the council", "27/11/26 1/1/27 5/3/27"),
    ("Ring the council the following Friday", "", "", unread("Friday")),
    ("Ring the council Thursday next", "", "", unread("Thursday")),
    ("Ring the council a week Thursday", "Ring the council", "3/12/26 7/1/27 11/3/27"),
    ("Ring the council 10 days from now", "Ring the council", "5/12/26 9/1/27 10/3/27"),
    ("Ring the council ten days' time", "", "", unread("ten days")),
    ("Ring the council within six weeks", "Ring the council", "6/1/27 10/2/27 11/4/27"),
    ("Ring the council within the week", "", "", unread("within the week")),
    ("Ring the council in half a year", "", "", unread("in half a year")),
    ("Ring the council in a year's time", "Ring the council", "25/11/27 30/12/27 28/2/28"),
    ("Ring the council every two weeks", "", "", unread("two weeks")),
    ("Ring the council twice a week", "", "", unread("twice a week")),
    ("Ring the council in two weeks' time on Friday", "", "", unread("in two weeks")),
    ("Ring the council for May", "", "", unread("for May")),
    ("Ring the council in Sept", "Ring the council", "30/9/27"),
    ("Ring the council may 5th", "Ring the council", "5/5/27"),
    ("Ask June about May", "", "", unread("about May")),
    ("June to ring the council in May", "June to ring the council", "31/5/27"),
    ("Ask August Wilson by 1 Aug", "Ask August Wilson", "1/8/27"),
    ("Ring the council by 12.30 on Friday", "Ring the council by 12.30", "27/11/26 1/1/27 5/3/27"),
    ("Ring the council on 020 7946 0018", "", ""),
    ("Ring 0161 496 0000 on 1/2/28", "Ring 0161 496 0000", "1/2/28"),
    # Ranges, choices and repetitions
    ("Open Monday to Friday", "", "", unread("Monday")),
    ("Open every Friday", "", "", unread("Friday")),
    ("Open Friday evenings", "", "", unread("Friday")),
    ("Put it off for 6 weeks", "", "", unread("6 weeks")),
    ("In the last 6 months", "", "", unread("In the last 6 months")),
    ("Ring the council Friday or Saturday", "", "", unread("Friday")),
    ("Ring the council on Monday and on Friday", "", "", unread("Monday")),
    ("Hold it 3-5 March", "", "", unread("3-5 March")),
    ("Hold it 3–5 March", "", "", unread("3–5 March")),
    ("Hold it 3 to 5 March", "", "", unread("3 to 5 March")),
    ("Hold it 14 and 15 March", "", "", unread("14 and 15 March")),
    ("Hold it between 3 March and 5 March", "", "", unread("3 March")),
    ("Run a café on Fridays", "", "", unread("Fridays")),
    ("Ring the council every Friday", "", "", unread("Friday")),
    ("Meet each first Monday of the month", "", "", unread("Monday")),
    ("Report by the 3rd of every month", "", "", unread("by the 3rd")),
    # A state that lasts until a day
    ("Ring back, she is away until 7 December", "", "", unread("7 December")),
    ("Use the back door, the hall is closed till Friday", "", "", unread("Friday")),
    ("Ask Mo, who is on maternity leave until March", "", "", unread("until March")),
    # Nearly a date
    ("Ring the council by 3rd Febuary", "", "", unread("by 3rd")),
    ("Ring the council by 4 Decmber", "", "", unread("4 Decmber")),
    ("Ring the council on Wensday", "", "", unread("on Wensday")),
    ("Ring the council next Thursady", "", "", unread("next Thursady")),
    ("Ring the council by tommorow", "", "", unread("tommorow")),
    ("Ring the council tmrw", "", "", unread("tmrw")),
    ("Ring the council by EOD", "", "", unread("EOD")),
    ("Print the 14-Mar leaflet", "", "", unread("14-Mar")),
    ("Remember to ring Marsh Farm on Sunderland Road", "", "", ""),
    # Forms that are not known
    ("Ring the council a week on Friday 4 December", "", "", unread("week on")),
    ("Ring the council Friday week 11/12", "", "", unread("Friday")),
    ("Ring the council by the last weekend in January", "", "", unread("last weekend")),
    ("Ring the council by the end of half term", "", "", unread("end of half term")),
    ("Order tables by half-term", "", "", unread("half-term")),
    ("Ring the council on Remembrance Sunday", "", "", unread("Remembrance Sunday")),
    ("Ring the council on Whit Monday", "", "", unread("Whit Monday")),
    ("Ring the council on Ash Wednesday", "", "", unread("Ash Wednesday")),
    ("Ring the council on Christmas Eve", "", "", unread("on Christmas Eve")),
    ("Ring the council by New Year's Eve", "", "", unread("New Year's Eve")),
    ("Ring the council by Diwali", "", "", unread("Diwali")),
    ("Ring the council on May Day", "", "", unread("on May Day")),
    ("Ring the council by the May bank holiday", "", "", unread("the May bank holiday")),
    ("Ring the council in the new year", "", "", unread("in the new year")),
    ("Ring the council by summer", "", "", unread("by summer")),
    ("Ring the council by the weekend", "", "", unread("by the weekend")),
    ("Ring the council before the AGM", "", "", unread("before the AGM")),
    ("Ring the council by Q1", "", "", unread("Q1")),
    ("Ring the council by year end", "", "", unread("year end")),
    ("Ring the council next year", "", "", unread("next year")),
    ("Ring the council March 2027", "", "", unread("March 2027")),
    ("Ring the council w/c 7 December", "", "", unread("w/c")),
    ("Ring the council week commencing 7 December", "", "", unread("week commencing")),
    ("Ring the council two days before Friday", "", "", unread("two days")),
    ("Ring the council a week before Christmas", "", "", unread("week before")),
    ("Ring the council on the Friday before Christmas", "", "", unread("Friday")),
    ("Ring the council a week last Friday", "", "", unread("Friday")),
    ("Ring the council next Tuesday week", "", "", unread("Tuesday")),
    ("Ring the council Friday after next", "", "", unread("Friday")),
    ("Ring the council Monday in two weeks", "", "", unread("Monday")),
    ("Ring the council in the last week of May", "", "", unread("in the last week")),
    ("Ring the council in a few weeks", "", "", unread("in a few weeks")),
    ("Ring the council in 2-3 weeks", "", "", unread("in 2-3 weeks")),
    ("Ring the council in a week or two", "", "", unread("in a week")),
    ("Ring the council in 5 working days", "", "", unread("in 5 working days")),
    ("Ring the council within the next month", "", "", unread("within the next month")),
    ("Ring the council within 2 weeks of the AGM", "", "", unread("within 2 weeks")),
    ("Book Asha for a week from Monday", "", "", unread("week from")),
    ("Build a shed in a day", "", "", unread("in a day")),
    ("Ring the council 3/4", "", "", unread("3/4")),
    ("Ring the council the 3rd", "", "", unread("the 3rd")),
    ("Ring the council Wed", "", "", unread("Wed")),
    ("Bring cakes by June", "", "", unread("by June")),
    ("Speak in March Town Hall", "", "", unread("in March")),
    # Dates that cannot be
    ("Ring the council by 31/2", "", "", "There is no 31 February."),
    ("Ring the council 31 February", "", "", "There is no 31 February."),
    ("Ring the council by 29 February 2027", "", "", "There is no 29 February 2027."),
    ("Ring the council by 0 March", "", "", "There is no 0 March."),
    ("Ring the council by 12/25/2026", "", "", "There is no month 25: write a date as day/month/year."),
    ("Ring the council by 99/99/9999", "", "", "There is no month 99: write a date as day/month/year."),
    ("Ring the council 14/3/26", "", "", "14 March 2026 has passed, so no date was set."),
    ("Ring the council in 99999 years", "", "", "“in 99999 years” is not a date we can keep."),
    # Words and numbers that are no date
    ("Buy gazebo for sun and rain", "", ""),
    ("March on the council", "", ""),
    ("Sat down with Asha", "", ""),
    ("Ask Asha to wed", "", ""),
    ("We may march to the hall", "", ""),
    ("5 may come to the meeting", "", ""),
    ("The end may come", "", ""),
    ("Water plants before the sun comes", "", ""),
    ("go by sat nav", "", ""),
    ("Sing by heart", "", ""),
    ("Plan the Christmas party", "", ""),
    ("Plan the Easter egg hunt", "", ""),
    ("Café open 24/7", "", ""),
    ("Give 1/2 day", "", ""),
    ("Call on 3/4 of sites", "", ""),
    ("Ask 3-4 people", "", ""),
    ("Raise it by 10-12", "", "", unread("by 10-12")),
    ("Cut it by 14.3", "", "", unread("by 14.3")),
    ("Leave by 7.30", "", ""),
    ("Paint the 3rd floor", "", ""),
    ("Meet in Room 14/3", "", ""),
    ("Meet at 7.30pm", "", ""),
    ("Ring 07700 900123", "", ""),
    ("Pay sort code 20-12-27", "", ""),
    ("Buy version 1.2.27", "", ""),
    ("Write to M14 5TA", "", ""),
    ("Charge £3.50", "", ""),
    ("14 Marchers came", "", ""),
    ("Tomorrow's leaders", "", ""),
    ("Spend £14 May be", "", ""),
    ('Put up "up to January 30th" signs', "", ""),
    ("Call it “the Friday club”", "", ""),
    ("Read the script", "", ""),
    ("ſat and by ſun, by İn", "", ""),
)


def for_each_day(value):
    return value if isinstance(value, tuple) else (value,) * len(DAYS)


def read_date(words):
    return None if words in ("", "-") else datetime.strptime(words, "%d/%m/%y").replace(tzinfo=UTC).date()


def words(text):
    return Counter(re.findall(r"\w+", text))


def parsed(line, today=DAYS[0], kind=CaptureKind.ACTION):
    return parse(line, kind=kind, today=today, topics={"hubs": "Hubs"}, contacts=CONTACTS, support_words={"legal": ("legal",)})


@pytest.mark.parametrize("case", LINES, ids=[case[0] for case in LINES])
def test_a_date_is_read_right_or_stays_as_typed_and_is_said(case):
    line, text, dates, remark = (*case, "")[:4]
    each = dates.split()
    dues = [read_date(one) for one in (each if len(each) > 1 else each * len(DAYS) or [""] * len(DAYS))]
    expected = [
        ParsedLine(
            kind=CaptureKind.ACTION,
            text=text if due else line,
            due=due,
            problems=(said.format(due=due and say(due)),) if said else (),
        )
        for due, said in zip(dues, for_each_day(remark), strict=True)
    ]

    captured = [parsed(line, today) for today in DAYS]

    assert [replace(one, due_words="") for one in captured] == expected
    assert [words(f"{one.text} {one.due_words}") for one in captured] == [words(line)] * len(DAYS)
    assert all(one.due or date_not_understood(one.text) == bool(one.problems) for one in captured)


@pytest.mark.parametrize("kind", [CaptureKind.ACHIEVEMENT, CaptureKind.DECISION, CaptureKind.IDEA])
@pytest.mark.parametrize(
    "line", ["We opened the café in May", "We ran a fun day on 3 August", "Meet by Friday 11th", "Rest on 31 June", "Half term"]
)
def test_only_an_action_has_a_date(line, kind):
    assert parsed(line, kind=kind) == ParsedLine(kind=kind, text=line)


@pytest.mark.parametrize("today", DAYS)
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "Ask Locality about the lease @secretary end of May #hubs !legal advice",
            ParsedLine(
                CaptureKind.ACTION,
                "Ask Locality about the lease",
                "secretary",
                1,
                date(2027, 5, 31),
                "end of May",
                "hubs",
                (ParsedSupport("legal advice", "legal"),),
            ),
        ),
        ("We ran it in May @June", ParsedLine(CaptureKind.ACTION, "We ran it in May", "June", 1, problems=(unread("in May"),))),
        ("Run it in May @June", ParsedLine(CaptureKind.ACTION, "Run it", "June", 1, date(2027, 5, 31), "in May")),
        ("We ran it in May #hubs", ParsedLine(CaptureKind.ACHIEVEMENT, "We ran it in May", topic="hubs")),
        ("We ran it, wow!", ParsedLine(CaptureKind.ACHIEVEMENT, "We ran it, wow!")),
        (
            "Go on !legal advice by Friday",
            ParsedLine(
                CaptureKind.ACTION, "Go on", support=(ParsedSupport("legal advice by Friday", "legal"),), problems=(unread("Friday"),)
            ),
        ),
        (
            "Go to the hall !legal help @Dr Tolley, by 14/3/27",
            ParsedLine(
                CaptureKind.ACTION,
                "Go to the hall",
                "Dr Tolley",
                1,
                date(2027, 3, 14),
                "by 14/3/27",
                support=(ParsedSupport("legal help", "legal"),),
            ),
        ),
    ],
)
def test_the_chosen_kind_stands_unless_somebody_or_support_is_named(line, expected, today):
    assert parsed(line, today, CaptureKind.ACHIEVEMENT) == expected


def test_a_line_too_long_to_look_for_a_date_says_so():
    line = f"Ring {'the council and ' * 70}by Friday"

    assert parsed(line) == ParsedLine(
        kind=CaptureKind.ACTION, text=line, problems=("No date understood: the line is too long to look for one.",)
    )
    assert date_not_understood(line)


def test_more_marks_than_anybody_types_stay_in_the_text_and_that_is_said():
    captured = parsed("@June " + "#hubs " * 100)

    assert (captured.lead, captured.topic, captured.text) == ("June", "hubs", " ".join(["#hubs"] * 51))
    assert captured.problems == ("Only the first 50 marks of the line were read.",)


UNITS = (
    "a ",
    "a",
    "@a ",
    "@Dr ",
    "#x ",
    "!a ",
    '"a" ',
    '"',
    "“",
    "( )",
    "(,",
    ",:",
    ", ",
    "- ",
    "-",
    ".,",
    "by ",
    "by the ",
    "1 ",
    "1/",
    "14 March ",
)
UNITS += ("Friday ", "a week on ", "end of ", "the 1st ", "may ", "and ", "in a ")


def work(line):
    """Calls of functions, Python's own and the library's, that it takes to read a line."""
    counted = Counter()
    sys.setprofile(lambda _frame, event, _what: counted.update([event.removeprefix("c_")]))
    try:
        parsed(line)
    finally:
        sys.setprofile(None)
    return counted["call"]


@pytest.mark.parametrize("unit", UNITS)
def test_the_work_grows_with_the_line_and_not_faster(unit):
    for before, after in product(["", "!a ", "@a "], ["", "x"]):
        for short, long in ((300, 950), (2_000, 10_000)):
            few, many = (work(before + (unit * length)[:length] + after) for length in (short, long))
            assert many < 6 * few + 1_000, (before, after, short)
