"""Reports: papers, workbooks and the dossier (台账), printed from the same facts.

Owns      Document: a plan, notice or division of duties that belongs into the dossier.
          Poster: what a member made of a topic learned.
          Jobs (kernel) and exports (files) hold the results.
Door      api.py (posters); pages link to ``reports:sign_in_sheet`` and its siblings.
Reads     every room below by its door.
Not here  a fact, a figure's definition, or anything typed twice.

orders    what is wanted: paper, form, season, organisation, period, moment
gather    from the doors below to the values of ``contracts``
recipes   which papers there are, how big they get, how they are made in parts
papers    from values to PDF; ``workbooks`` to xlsx; ``archive`` to the dossier's zip
"""
