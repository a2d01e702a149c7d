"""The screens and the dialogs in front of them.

chat/           the main screen
connect_form    the first one: server and nick;  settings_form;  certificate_warning
dialogs         yes or no, a line of text, the keys;  finders: a list that is narrowed by typing
"""
