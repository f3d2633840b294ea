from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "tumpeang.cases"
    label = "cases"

    def ready(self) -> None:
        from tumpeang.access.registry import registry
        from tumpeang.cases import beside, blocking, elsewhere, leaving, queries, timeline
        from tumpeang.cases.acts import ACTS, THINGS

        registry.show("intake.report", queries.shows_report)
        registry.show("people.person", queries.shows_person)
        registry.block("cases.case", blocking.open_in)
        registry.block("access.team", leaving.open_work_of)
        registry.tell("cases.case", timeline.from_log)
        registry.tell("cases.case", timeline.from_tables)
        registry.tell("cases.case", timeline.from_reports)
        registry.put_beside("intake.report", beside.report)
        registry.put_beside("people.person", beside.person)
        registry.find_by_number(beside.numbered)
        registry.tell_elsewhere("people.person", elsewhere.ELSEWHERE)
        registry.hold(*leaving.HOLDINGS)
        registry.name(ACTS, THINGS)
