from django.urls import path

from tumpeang.letterbox.views import code, leave, short, start

app_name = "letterbox"

urlpatterns = [
    # the way in
    path("", start.home, name="home"),
    path("start/", start.begin, name="begin"),
    path("start/<int:page>/", start.step, name="step"),
    path("start/send/", start.send, name="send"),
    path("start/done/", start.done, name="done"),
    path("start/done/file/", start.done_file, name="file"),
    # without a draft
    path("start/short/", short.short, name="short"),
    # afterwards
    path("code/", code.code, name="code"),
    path("leave/", leave.leave, name="leave"),
]
