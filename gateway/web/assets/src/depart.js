// Posts the form of the page at once, so that nobody has to press its button.
HTMLFormElement.prototype.submit.call(document.getElementById("depart"));
