from django.urls import path

from .views import loans

urlpatterns = [path("", loans)]
