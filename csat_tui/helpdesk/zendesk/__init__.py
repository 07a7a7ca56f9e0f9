"""Zendesk Support behind the help-desk port; its wire shapes live and die here."""
