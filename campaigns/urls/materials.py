from django.urls import path

from campaigns.views import material_files, materials

urlpatterns = [
    path("materials/", materials.materials, name="materials"),
    path("materials/new/", material_files.material_new, name="material_new"),
    path("materials/new/link/", materials.link_new, name="link_new"),
    path("materials/<slug:slug>/", materials.material, name="material"),
    path("materials/<slug:slug>/state/", materials.material_state, name="material_state"),
    path("materials/<slug:slug>/edit/", materials.material_edit, name="material_edit"),
    path("materials/<slug:slug>/topics/", materials.material_tag, name="material_tag"),
    path("materials/<slug:slug>/withdraw/", materials.material_withdraw, name="material_withdraw"),
    path("materials/<slug:slug>/offer/", materials.material_offer, name="material_offer"),
    path("materials/<slug:slug>/versions/new/", material_files.version_new, name="version_new"),
    path("materials/<slug:slug>/versions/<int:number>/retry/", materials.version_retry, name="version_retry"),
    path("materials/<slug:slug>/versions/<int:number>/discard/", materials.version_discard, name="version_discard"),
    path("materials/<slug:slug>/versions/<int:number>/file/", material_files.material_file, name="material_file"),
    path(
        "materials/<slug:slug>/versions/<int:number>/pages/<int:page>/",
        material_files.material_page,
        name="material_page",
    ),
    path(
        "materials/<slug:slug>/versions/<int:number>/pages/<int:page>/<int:width>.webp",
        material_files.material_picture,
        name="material_picture",
    ),
]
