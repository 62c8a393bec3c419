// The menus of the head close by Escape, by a click elsewhere and when the focus leaves them. They open without this.
"use strict";

(function () {
  const menus = [...document.querySelectorAll(".nav-more, .user-menu")];

  function closeOthers(kept) {
    menus.forEach((menu) => { if (menu !== kept) { menu.open = false; } });
  }

  document.addEventListener("click", (event) => closeOthers(event.target.closest(".nav-more, .user-menu")));
  menus.forEach((menu) => {
    menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && menu.open) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    });
    menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !menu.contains(event.relatedTarget)) { menu.open = false; }
    });
  });
})();
