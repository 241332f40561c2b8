"""The same customer found twice: records compared, evidence weighed, and two of them joined by a person.

It knows no channel and no file: records come from `app.duplicates`. A join is for people and never says who somebody
is: who writes is still known by what they prove (`journey.customers`).
"""
