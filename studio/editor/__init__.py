"""The canvas editor: ES modules for the browser, and the Gradio component that mounts them on a page."""
