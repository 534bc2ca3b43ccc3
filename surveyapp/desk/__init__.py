"""The desk: staff, pilots, charters and measured KPIs. No employee, no answer."""
