"""What the acts of this room are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit
from dongxun.people.contracts import Category, ContactWay, PrivatePurpose, Status

_FIELDS = {
    "name": _("name"),
    "sex": _("sex"),
    "category": _("category"),
    "status": _("membership"),
    "joined_on": _("day of joining"),
    "full_on": _("day of full membership"),
    "duty": _("duty"),
    "is_secretary": _("branch secretary"),
    "phone": _("phone number"),
    "id_number": _("ID number"),
    "address": _("address"),
    "birth_year": _("year of birth"),
    "birth_month": _("month of birth"),
    "health_code": _("reason for study at home"),
    "tags": _("tags"),
    "tags_off": _("tags"),
}

audit.describe(
    acts={
        "people.create_person": _("Entered a person"),
        "people.update_person": _("Corrected a person"),
        "people.transfer": _("Moved a person to another branch"),
        "people.merge_people": _("Merged two rows of one person"),
        "people.join_lecturers": _("Joined two lecturer profiles of one person"),
        "people.private_of": _("Opened private details"),
        "people.homes_of": _("Gave a visitor the homes of the day"),
        "people.print_homes": _("Put homes on a printed sheet"),
        "people.import_roster": _("Imported a roster"),
        "people.save_lecturer": _("Saved a lecturer"),
        "people.save_lecturer_kind": _("Saved a kind of lecturer"),
        "people.register_stay": _("Registered a floating member"),
        "people.import_floating": _("Imported the register of floating members"),
        "people.change_stay": _("Corrected the register of floating members"),
        "people.report_in": _("A floating member reported in"),
        "people.open_left_phone": _("Opened the number a floating member left"),
        "people.answer_as_host": _("Answered a report-in as host"),
        "people.answer_as_home": _("Answered a report-in as home"),
        "people.note_contact": _("Noted a contact with a floating member"),
        "people.lose_contact": _("Noted that contact was lost"),
        "people.come_back": _("A floating member came back"),
    },
    things={
        "person": _("person"),
        "lecturer": _("lecturer"),
    },
    details={
        "category": _("category"),
        "status": _("membership"),
        "is_secretary": _("branch secretary"),
        "duty": _("duty"),
        "emptied": _("removed from the record"),
        "place": _("where"),
        "way": _("how"),
        "at": _("when"),
        "words": _("words"),
    },
    values={
        "purpose": dict(PrivatePurpose.choices),
        "category": dict(Category.choices),
        "status": dict(Status.choices),
        "is_secretary": {"True": _("yes"), "False": _("no")},
        "way": dict(ContactWay.choices),
        "fields": _FIELDS,
        "emptied": _FIELDS,
    },
)
