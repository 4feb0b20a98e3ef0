import json

from django.db import IntegrityError, transaction
from django.http import JsonResponse

from .models import Loan


def loans(request):
    if request.method == "GET":
        return JsonResponse({"loans": list(Loan.objects.values("book", "reader"))})
    try:
        with transaction.atomic():
            loan = Loan.objects.create(**json.loads(request.body))
    except IntegrityError:
        return JsonResponse({"error": "this book is lent"}, status=409)
    return JsonResponse({"book": loan.book}, status=201)
