import { testFaults } from './found.js';

testFaults((chapter) => chapter === 'KEY' || chapter === 'SCOPE');
