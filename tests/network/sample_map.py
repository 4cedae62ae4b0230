"""A map as a social worker would draw one with a client: seventeen members, ties, conflicts, comings and goings."""

from datetime import date

from services.network.maps.members import Field, Hand, Kind, Member, Movement, Sex, Sketch

CORE, KIN, DAILY, FRIENDS, AGENCIES = Field
M, F = Sex.MALE, Sex.FEMALE

SAMPLE = Sketch(
    drawn_on=date(2026, 3, 3),
    drawn_by=Hand.CLIENT,
    assisted_by=Hand.WORKER,
    members=[
        Member(field=CORE, distance=0.12, label="mother", sex=F, lives_with_client=True),
        Member(field=CORE, distance=0.2, label="brother", sex=M, in_conflict=True, lives_with_client=True),
        Member(field=KIN, distance=0.5, label="father", sex=M, movement=Movement.LEAVING),
        Member(field=KIN, distance=0.3, label="grandmother", sex=F, is_support_person=True),
        Member(field=KIN, distance=0.62, label="aunt", sex=F),
        Member(field=KIN, distance=0.85, label="mother's cousin", sex=M, in_conflict=True),
        Member(field=DAILY, distance=0.35, label="class teacher", sex=F),
        Member(field=DAILY, distance=0.5, label="school social worker", sex=F, movement=Movement.ENTERING),
        Member(field=DAILY, distance=0.8, label="bench-mate", sex=M),
        Member(field=FRIENDS, distance=0.3, label="best friend", sex=F),
        Member(field=FRIENDS, distance=0.6, label="neighbour upstairs", sex=M, in_conflict=True),
        Member(field=FRIENDS, distance=0.75, label="football coach", sex=M),
        Member(field=FRIENDS, distance=0.9, label="old youth-centre group"),
        Member(field=AGENCIES, distance=0.4, label="child-protection worker", sex=F),
        Member(field=AGENCIES, distance=0.65, label="constable", sex=M),
        Member(field=AGENCIES, distance=0.9, label="unemployment fund", kind=Kind.AGENCY, movement=Movement.ENTERING),
        Member(field=AGENCIES, distance=0.55, label="family doctor", sex=F),
    ],
    ties=[(0, 1), (0, 2), (0, 3), (2, 3), (3, 4), (4, 5), (6, 7), (6, 8), (7, 13), (9, 11), (13, 14), (0, 13), (0, 16)],
)
