"""Addresses of the force; included below `force/`."""

from django.urls import path

from luchang.apps.force.views import duty, fleet, pages, people, shifts
from luchang.apps.force.views.lists import OFFICERS, SHIFTS, UNITS, VEHICLES
from luchang.kernel.lists.urls import list_routes

urlpatterns = [
    path("duty/", duty.duty, name="force.duty"),
    path("duty/table", duty.table, name="force.duty_table"),
    *list_routes("officers/", OFFICERS),
    path("officers/new", people.enrol, name="force.enrol"),
    path("officers/<int:pk>/", pages.officer, name="force.officer"),
    path("officers/<int:pk>/transfer", people.transfer, name="force.transfer"),
    path("officers/<int:pk>/qualify", people.qualify, name="force.qualify"),
    path("officers/<int:pk>/dismiss", people.dismiss, name="force.dismiss"),
    *list_routes("vehicles/", VEHICLES),
    path("vehicles/new", fleet.register_vehicle, name="force.register_vehicle"),
    path("vehicles/<int:pk>/", pages.vehicle, name="force.vehicle"),
    path("vehicles/<int:pk>/retire", fleet.retire_vehicle, name="force.retire_vehicle"),
    *list_routes("units/", UNITS),
    path("units/new", fleet.form_unit, name="force.form_unit"),
    path("units/<int:pk>/", pages.unit, name="force.unit"),
    path("units/<int:pk>/disband", fleet.disband_unit, name="force.disband_unit"),
    *list_routes("shifts/", SHIFTS),
    path("shifts/new", shifts.plan, name="force.plan_shift"),
    path("shifts/own/", shifts.own, name="force.own_shift"),
    path("shifts/own/sign-on", shifts.own_sign_on, name="force.own_sign_on"),
    path("shifts/own/sign-off", shifts.own_sign_off, name="force.own_sign_off"),
    path("shifts/own/readiness", shifts.own_readiness, name="force.own_readiness"),
    path("shifts/<int:pk>/", pages.shift, name="force.shift"),
    path("shifts/<int:pk>/sign-on", shifts.sign_on, name="force.sign_on"),
    path("shifts/<int:pk>/sign-off", shifts.sign_off, name="force.sign_off"),
    path("shifts/<int:pk>/readiness", shifts.readiness, name="force.readiness"),
    path("shifts/<int:pk>/cancel", shifts.cancel, name="force.cancel_shift"),
]
