"""The Service Recovery Report as a PDF and as a web page, both from one document."""
