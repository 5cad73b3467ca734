"""Papers of volunteers: shift table, hours sheet, certificate."""

from dongxun.reports.contracts import Paper
from dongxun.reports.contracts.volunteers import DutyRoster, HoursSheet, ServiceCertificate
from dongxun.reports.typesetting import paper, plain

TAGGED_ROWS = 2_000


def duty_roster(table: DutyRoster) -> Paper:
    """Set the shift table, with room to hand over and sign."""
    return paper("duty_roster", plain(table), tagged=len(table.rows) <= TAGGED_ROWS)


def hours_sheet(sheet: HoursSheet) -> Paper:
    """Set the hours sheet with its sum."""
    total = sum((row.hours or 0 for row in sheet.rows), 0)
    values = plain(sheet) | {"total": str(total)}
    return paper("hours_sheet", values, tagged=len(sheet.rows) <= TAGGED_ROWS)


def service_certificate(certificate: ServiceCertificate) -> Paper:
    """Set the certificate; the seal goes over issuer and date."""
    return paper("service_certificate", plain(certificate))
