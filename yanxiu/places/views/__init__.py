"""Pages of places, a file each: choosing (teacher), enrolments (school and above), quota, plans, cases."""
