"""The addresses of the program, and pages that fail over what they were sent."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from config.urls import urlpatterns as real
from records.models import Customer


@login_not_required
@csrf_exempt
def fail(request: HttpRequest) -> HttpResponse:
    sent = [*request.GET.values(), *request.POST.values(), request.META.get("HTTP_USER_AGENT")]
    raise ValueError(f"{sent} is wrong")


@login_not_required
@csrf_exempt
def insert_twice(request: HttpRequest) -> HttpResponse:
    """PostgreSQL names the row that it refuses."""
    for _ in range(2):
        Customer.objects.create(number="C-1", name=request.POST["name"], email=request.POST["email"])
    return HttpResponse()


urlpatterns = [path("fail/", fail), path("insert-twice/", insert_twice), *real]
