"""Plans of RestBench's form (a list of calls for a question), with figures reckoned by hand."""

import pytest

from shared.finetune.measure.metrics import measured
from tests.builders.plan_steps import plan, step

SOLUTIONS = [
    ["GET /search/person", "GET /person/{person_id}/movie_credits"],
    ["GET /search/movie", "GET /movie/{movie_id}/credits", "GET /person/{person_id}/images"],
    ["GET /movie/top_rated", "GET /movie/{movie_id}/credits"],
    ["GET /search", "GET /me", "POST /users/{user_id}/playlists", "POST /playlists/{playlist_id}/tracks"],
    ["GET /movie/{movie_id}", "GET /search/movie", "GET /movie/{movie_id}"],
]


def converted(calls):
    return plan(*(step(call) for call in calls))


def api_f1(answer, reference):
    scores, _ = measured(converted(answer), converted(reference), shape=True, executable=True)
    return scores["api_f1"]


@pytest.mark.parametrize("calls", SOLUTIONS)
def test_a_solution_is_itself_in_any_order_without_dependencies(calls):
    scores, _ = measured(converted(calls[::-1]), converted(calls), shape=True, executable=True)
    assert scores["api_f1"] == scores["exact_plan"] == 1.0


@pytest.mark.parametrize("calls", SOLUTIONS)
def test_a_missing_call_an_added_one_and_a_changed_one_cost_what_they_should(calls):
    n = len(calls)
    assert api_f1(calls[:-1], calls) == pytest.approx(2 * (n - 1) / (2 * n - 1))
    assert api_f1([*calls, "GET /invented"], calls) == pytest.approx(2 * n / (2 * n + 1))
    assert api_f1(["GET /invented", *calls[1:]], calls) == pytest.approx((n - 1) / n)
    assert api_f1(["GET /invented"], calls) == 0.0
