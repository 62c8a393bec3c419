"""Importers of meetings: participants' reports (CSV), saved chats (text), answers of the conference service (JSON).

Each reader turns its format into rows; a row becomes things seen (`findings`), which `storing` keeps, each once.
"""
