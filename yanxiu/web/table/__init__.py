from yanxiu.web.table.declared import Column, Filter, Pick, Table
from yanxiu.web.table.page import Page

__all__ = ["Column", "Filter", "Page", "Pick", "Table"]
