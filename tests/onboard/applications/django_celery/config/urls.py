from django.urls import include, path

urlpatterns = [path("loans/", include("loans.urls"))]
