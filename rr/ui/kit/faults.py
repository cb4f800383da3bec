"""What somebody sees when a page script fails."""

import streamlit as st

from rr import faults
from rr.errors import Refused, SignedOut
from rr.ui.kit.markdown import plain


def tell(fault: Exception) -> bool:
    """Show a sentence instead of Streamlit's own message; for `st.App(on_script_error=…)`. Always True: nothing else is shown.

    A bug is logged, and the person gets the reference under which it is found.
    """
    if isinstance(fault, SignedOut):
        st.logout()
    elif isinstance(fault, Refused):
        st.warning(plain(fault.way_forward or "Go back to where you came from."), title=plain(fault.headline), icon=":material/info:")
    else:
        reference = faults.record(fault, "a page")
        st.error(
            f"What was saved before is safe. Load the page again. If this keeps happening, give us this reference: {reference}.",
            title="Something went wrong on our side",
            icon=":material/error:",
        )
    return True
