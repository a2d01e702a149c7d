"""Scenarios: transcripts that are played against a real server. The language is described in docs/scenarios.md.

scenario    what a file holds, once it is read
parser      a file → a scenario, or what is wrong with it;  grammar, sights: the forms of a step
patterns    does an event fit what a step wants to see?
actor       one actor's connection and what it has seen;  presence: who came and went
steps       how each kind of step is carried out
play        everybody's lines, or one actor's, and the report
"""
