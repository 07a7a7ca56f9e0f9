"""Reading surveys in: from survey tickets and from Qualtrics exports."""
