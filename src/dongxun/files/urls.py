"""Addresses of this room."""

from django.urls import path

from dongxun.files.views import imports, jobs, review

app_name = "files"
urlpatterns = [
    path("imports/", imports.imports, name="imports"),
    path("imports/new/<str:kind>/", imports.new_import, name="new_import"),
    path("imports/new/<str:kind>/blank/", imports.blank_workbook, name="blank_workbook"),
    path("imports/<uuid:batch_id>/", imports.import_, name="import"),
    path("imports/<uuid:batch_id>/columns/", imports.match_columns, name="match_columns"),
    path("imports/<uuid:batch_id>/rows/<int:row_id>/", review.correct_row, name="correct_row"),
    path("imports/<uuid:batch_id>/causes/", review.treat_cause, name="treat_cause"),
    path("imports/<uuid:batch_id>/bad-rows/", imports.bad_rows_workbook, name="bad_rows"),
    path("imports/<uuid:batch_id>/apply/", imports.apply, name="apply"),
    path("imports/<uuid:batch_id>/undo/", imports.undo, name="undo"),
    path("imports/<uuid:batch_id>/discard/", imports.discard, name="discard"),
    path("jobs/<uuid:job_id>/", jobs.job, name="job"),
    path("jobs/<uuid:job_id>/status/", jobs.job_status, name="job_status"),
    path("jobs/<uuid:job_id>/cancel/", jobs.cancel_job, name="cancel_job"),
    path("exports/<uuid:export_id>/", imports.download, name="download"),
]
