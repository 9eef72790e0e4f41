<?php
echo "vendor portal";
