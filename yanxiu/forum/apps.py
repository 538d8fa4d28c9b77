from django.apps import AppConfig


class ForumConfig(AppConfig):
    name = "yanxiu.forum"
    label = "forum"
